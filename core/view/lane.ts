import { toPosition, type Axis, type BlockRange } from './fold.ts';
import { countUnits } from './alignment.ts';
import { absent, type Pairing } from './pair.ts';
import { buildPyramid, mark, type Pyramid, type Stretches } from './pyramid.ts';

/** One side of one file on the axis: stretches in physical order, each with the row of the pairing it belongs to. */
export interface Lane extends Stretches {
  readonly row: Uint32Array;
  readonly pyramid: Pyramid;
}

export type LaneSide = 'predicted' | 'actual';

/** Lays one side of a pairing on the axis. `unitBlocks` is the unit that marks are for. */
export function buildLane(pairing: Pairing, laneSide: LaneSide, axis: Axis, unitBlocks: number): Lane {
  const physical = pairing[laneSide];
  const unwritten = laneSide === 'predicted' ? pairing.predictedUnwritten : pairing.actualUnwritten;
  const order = inPhysicalOrder(physical);
  const count = order.length;
  const start = new Float64Array(count);
  const end = new Float64Array(count);
  const marks = new Uint8Array(count);
  const place = placer(axis);
  for (let i = 0; i < count; i++) {
    const row = order[i] ?? 0;
    const first = physical[row] ?? 0;
    const length = pairing.length[row] ?? 0;
    start[i] = place(first);
    end[i] = (start[i] ?? 0) + length;
    const { touched, aligned } = countUnits(pairing.logical[row] ?? 0, first, length, unitBlocks);
    marks[i] =
      (pairing.differs[row] ? mark.differs : 0) |
      (unwritten[row] ? mark.unwritten : 0) |
      (pairing.uncertain[row] ? mark.uncertain : 0) |
      (aligned < touched ? mark.misaligned : 0);
  }
  const stretches = { count, start, end, marks };
  return { ...stretches, row: order, pyramid: buildPyramid(stretches) };
}

/** `toPosition` for ascending blocks, without a search for each. What is used is never inside a gap. */
function placer(axis: Axis): (block: number) => number {
  let index = 0;
  return (block) => {
    while (index + 1 < axis.segments.length && (axis.segments[index + 1]?.firstBlock ?? Infinity) <= block)
      index++;
    const segment = axis.segments[index];
    if (!segment || block < segment.firstBlock) return toPosition(axis, block);
    return segment.position + block - segment.firstBlock;
  };
}

function inPhysicalOrder(physical: Float64Array): Uint32Array {
  const rows: number[] = [];
  let sorted = true;
  let last = -Infinity;
  for (let row = 0; row < physical.length; row++) {
    const block = physical[row] ?? absent;
    if (block === absent) continue;
    if (block < last) sorted = false;
    last = block;
    rows.push(row);
  }
  if (!sorted) rows.sort((left, right) => (physical[left] ?? 0) - (physical[right] ?? 0));
  return Uint32Array.from(rows);
}

/** Every block that any side of any file uses, merged and in ascending order. */
export function usedRanges(pairings: readonly Pairing[]): BlockRange[] {
  const ranges: BlockRange[] = [];
  for (const pairing of pairings) {
    for (const physical of [pairing.predicted, pairing.actual]) {
      for (let row = 0; row < pairing.count; row++) {
        const first = physical[row] ?? absent;
        if (first !== absent) ranges.push({ first, end: first + (pairing.length[row] ?? 0) });
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
