import { toPosition, type Axis, type BlockRange } from './fold.ts';
import { countUnits } from './alignment.ts';
import { absent, type Pairing } from './pair.ts';
import { buildPyramid, mark, type Pyramid, type Stretches } from './pyramid.ts';

/** One lane of one file on the axis: stretches in ascending order, each with the row of the pairing it belongs to. */
export interface Lane extends Stretches {
  readonly row: Uint32Array;
  readonly pyramid: Pyramid;
}

export type LaneSide = 'predicted' | 'actual';

/** What the axis measures: where blocks lie on the volume, or where they are in their file. */
export type Dimension = 'physical' | 'logical';

/**
 * Lays one side of a pairing on the axis. `unitBlocks` is the unit that marks are for. Alignment is a matter of the
 * physical place, whichever dimension is shown.
 */
export function buildLane(
  pairing: Pairing,
  laneSide: LaneSide,
  axis: Axis,
  unitBlocks: number,
  dimension: Dimension = 'physical',
): Lane {
  const physical = pairing[laneSide];
  const unwritten = laneSide === 'predicted' ? pairing.predictedUnwritten : pairing.actualUnwritten;
  const order = dimension === 'physical' ? inPhysicalOrder(physical) : inLogicalOrder(physical);
  const count = order.length;
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  const marks = new Uint8Array(count);
  const place = placer(axis);
  for (let i = 0; i < count; i++) {
    const row = order[i] ?? 0;
    const first = physical[row] ?? 0;
    const logical = pairing.logical[row] ?? 0;
    const length = pairing.length[row] ?? 0;
    start[i] = place(dimension === 'physical' ? first : logical);
    end[i] = (start[i] ?? 0) + length;
    const { touched, aligned } = countUnits(logical, first, length, unitBlocks);
    marks[i] =
      (pairing.differs[row] ? mark.differs : 0) |
      (unwritten[row] ? mark.unwritten : 0) |
      (pairing.uncertain[row] ? mark.uncertain : 0) |
      (pairing.torn[row] ? mark.torn : 0) |
      (aligned < touched ? mark.misaligned : 0);
  }
  return laneOf({ count, start, end, marks }, order);
}

export function laneOf(stretches: Stretches, row: Uint32Array): Lane {
  return { ...stretches, row, pyramid: buildPyramid(stretches) };
}

/** `toPosition` for ascending blocks, without a search for each. What is used is never inside a gap. */
export function placer(axis: Axis): (block: number) => number {
  let index = 0;
  return (block) => {
    while (index + 1 < axis.segments.length && (axis.segments[index + 1]?.firstBlock ?? Infinity) <= block)
      index++;
    const segment = axis.segments[index];
    if (!segment || block < segment.firstBlock) return toPosition(axis, block);
    return segment.position + block - segment.firstBlock;
  };
}

/** The rows that are there, by where they lie. */
export function inPhysicalOrder(physical: Float64Array): Uint32Array {
  let sorted = true;
  let last = -Infinity;
  const rows = inLogicalOrder(physical);
  for (const row of rows) {
    const block = physical[row] ?? absent;
    if (block < last) sorted = false;
    last = block;
  }
  if (!sorted) rows.sort((left, right) => (physical[left] ?? 0) - (physical[right] ?? 0));
  return rows;
}

/** The rows that are there, as they are in the file. */
function inLogicalOrder(physical: Float64Array): Uint32Array {
  const rows = new Uint32Array(physical.length);
  let count = 0;
  for (let row = 0; row < physical.length; row++) {
    if (physical[row] !== absent) rows[count++] = row;
  }
  return rows.subarray(0, count);
}

/**
 * Every block (of the volume, or of any file) that any side of any file uses, merged and in ascending order; `others`
 * count, too.
 */
export function usedRanges(
  pairings: readonly Pairing[],
  dimension: Dimension = 'physical',
  others: readonly BlockRange[] = [],
): BlockRange[] {
  const ranges: BlockRange[] = [...others];
  for (const pairing of pairings) {
    for (const physical of [pairing.predicted, pairing.actual]) {
      const places = dimension === 'physical' ? physical : pairing.logical;
      for (let row = 0; row < pairing.count; row++) {
        if (physical[row] === absent) continue;
        const first = places[row] ?? 0;
        ranges.push({ first, end: first + (pairing.length[row] ?? 0) });
      }
    }
  }
  ranges.sort((left, right) => left.first - right.first);
  const merged: { first: number; end: number }[] = [];
  for (const { first, end } of ranges) {
    const last = merged.at(-1);
    if (last && first <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ first, end });
  }
  return merged;
}
