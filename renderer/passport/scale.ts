import type { WireOpening } from '../../core/rpc/index.ts';
import { formatBytes } from '../../core/view/index.ts';

/** One cell for each power of two from `fromBytes` to `toBytes`, both included: a scale that is logarithmic by itself. */
export function cellsOf({ fromBytes, toBytes }: { fromBytes: number; toBytes: number }): readonly number[] {
  const cells: number[] = [];
  for (let bytes = fromBytes; bytes <= toBytes; bytes *= 2) cells.push(bytes);
  return cells;
}

/** A size short enough for a cell: `512`, `4 Ki`, `1 Mi`. */
export function tickOf(bytes: number): string {
  return formatBytes(bytes).replace(/B$/, '').trimEnd();
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
