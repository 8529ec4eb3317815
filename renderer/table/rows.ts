/** Which rows of a long table are made, and how far it is scrolled. All rows are of one height. */

export const rowHeightPx = 24;
export const headHeightPx = 38;
/** Rows that are made above and below what is seen, so that scrolling by a few shows no gap. */
const spare = 4;

export interface RowRange {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** The rows that a box of so many pixels shows, with a few around them. */
export function rowsInView(scrollTopPx: number, heightPx: number, count: number): number[] {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTopPx / rowHeightPx) - spare));
  const seen = Math.min(count - first, Math.ceil(heightPx / rowHeightPx) + 2 * spare);
  return Array.from({ length: Math.max(0, seen) }, (_, offset) => first + offset);
}

/** How far to scroll, and no farther than needed, for a row to be seen below the head. */
export function scrolledTo(row: number, scrollTopPx: number, heightPx: number): number {
  const top = row * rowHeightPx;
  const room = heightPx - headHeightPx;
  if (top < scrollTopPx) return top;
  return top + rowHeightPx > scrollTopPx + room ? top + rowHeightPx - room : scrollTopPx;
}
