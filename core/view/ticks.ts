import { toPosition, type Axis } from './fold.ts';

/** A labelled place on the axis. */
export interface Tick {
  readonly block: number;
  readonly position: number;
}

/**
 * Ticks at multiples of a power of two, since that is how blocks, clusters and groups are laid out: a tick is always
 * a border of every smaller unit. `spacing` is the least distance between two, in positions.
 */
export function axisTicks(axis: Axis, from: number, to: number, spacing: number): Tick[] {
  const step = 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(spacing, Number.MIN_VALUE))));
  return linesEvery(axis, from, to, step);
}

/**
 * Lines at each multiple of `unitBlocks`, counted from `origin`, that is to be seen, or none where they would be closer
 * than `spacing`.
 */
export function gridLines(
  axis: Axis,
  from: number,
  to: number,
  unitBlocks: number,
  spacing: number,
  origin = 0,
): Tick[] {
  return unitBlocks < spacing ? [] : linesEvery(axis, from, to, unitBlocks, origin);
}

function linesEvery(axis: Axis, from: number, to: number, step: number, origin = 0): Tick[] {
  const lines: Tick[] = [];
  for (const segment of axis.segments) {
    const first = Math.max(segment.firstBlock, segment.firstBlock + from - segment.position);
    const end = Math.min(segment.endBlock, segment.firstBlock + to - segment.position);
    const start = origin + Math.ceil((first - origin) / step) * step;
    for (let block = start; block <= end; block += step) {
      lines.push({ block, position: toPosition(axis, block) });
    }
  }
  return lines;
}
