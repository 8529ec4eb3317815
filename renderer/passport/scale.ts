import type { WireOpening } from '../../core/rpc/index.ts';
import { formatBytes } from '../../core/view/index.ts';

/** One cell for each power of two from `fromBytes` to `toBytes`, both included: a scale that is logarithmic by itself. */
export function cellsOf({ fromBytes, toBytes }: { fromBytes: number; toBytes: number }): readonly number[] {
  const cells: number[] = [];
  for (let bytes = fromBytes; bytes <= toBytes; bytes *= 2) cells.push(bytes);
  return cells;
}

/** Numbers of neighbouring cells that count the same unit: `512` B, then `1 2 4 … 512` KiB. */
export interface ScaleUnit {
  readonly unit: string;
  readonly numbers: readonly number[];
}

const scaleUnits = ['B', 'KiB', 'MiB', 'GiB'] as const;

/** The labels of the cells, by unit, so that each number is short enough for its cell. */
export function unitsOf(cells: readonly number[]): readonly ScaleUnit[] {
  return scaleUnits.flatMap((unit, power) => {
    const [least, most] = [1024 ** power, power === scaleUnits.length - 1 ? Infinity : 1024 ** (power + 1)];
    const numbers = cells.filter((bytes) => bytes >= least && bytes < most).map((bytes) => bytes / least);
    return numbers.length === 0 ? [] : [{ unit, numbers }];
  });
}

/** The cells that an opening covers, as shares of the scale's width; null where it covers none. */
export function barOf(
  { window }: WireOpening,
  cells: readonly number[],
): { readonly left: number; readonly width: number } | null {
  if (!window) return null;
  const inside = cells.filter((bytes) => bytes >= window.minBytes && bytes <= window.maxBytes);
  const [first] = inside;
  if (first === undefined) return null;
  return { left: cells.indexOf(first) / cells.length, width: inside.length / cells.length };
}

/** The sizes in words: `4 KiB to 64 KiB`. */
export function sizesOf({ state, window }: WireOpening): string {
  if (!window) return state === 'unknown' ? 'not known' : 'none';
  const { minBytes, maxBytes } = window;
  if (minBytes === maxBytes) return formatBytes(minBytes);
  return `${formatBytes(minBytes)} to ${formatBytes(maxBytes)}`;
}

const usualScale = { fromBytes: 512, toBytes: 128 * 1024 } as const;

/** A scale that holds all of these windows, and never a shorter one than the usual: 512 bytes to 128 KiB. */
export function scaleOf(openings: readonly WireOpening[]): { fromBytes: number; toBytes: number } {
  const windows = openings.flatMap(({ window }) => (window ? [window] : []));
  return {
    fromBytes: Math.min(usualScale.fromBytes, ...windows.map(({ minBytes }) => minBytes)),
    toBytes: Math.max(usualScale.toBytes, ...windows.map(({ maxBytes }) => maxBytes)),
  };
}
