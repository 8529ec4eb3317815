import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { pagesOf } from './file-data.ts';
import { buffer, type Folio, type PageCache } from './page-cache.ts';

/**
 * truncate_inode_pages_range() of mm/truncate.c: bytes [first, last] leave the page cache, `last` is Infinity for all
 * up to the end. A folio that lies partly in the range keeps its place when it holds dirty blocks outside of it;
 * otherwise it is split, and the split drops what lies beyond i_size. The one that is `held` by somebody else cannot be
 * split, and goes as a whole.
 */
export function truncatePages(
  fs: Filesystem,
  inode: Inode,
  first: number,
  last = Infinity,
  held: Folio | null = null,
): void {
  const pages = pagesOf(fs, inode);
  if (pages.isEmpty) return;
  const size = fs.machine.pageSizeBytes;
  const sizePages = Math.ceil(inode.sizeBytes / size);
  let start = Math.ceil(first / size);
  let end = last === Infinity ? Infinity : Math.floor((last + 1) / size);
  for (const folio of pages.inRange(start, end - 1)) {
    if (folio.index >= start && folio.index + folio.pages <= end) pages.remove(folio);
  }
  const partial = new PartialFolio(pages, size, sizePages, held);
  let sameFolio = Math.floor(first / size) === Math.floor(last / size);
  const head = pages.find(Math.floor(first / size));
  if (head) {
    const after = head.index + head.pages;
    sameFolio = last < after * size;
    if (!partial.truncate(head, first, last)) {
      start = after;
      if (sameFolio) end = head.index;
    }
  }
  const tail = sameFolio || last === Infinity ? undefined : pages.find(Math.floor(last / size));
  if (tail && !partial.truncate(tail, first, last)) end = tail.index;
  if (start >= end) return;
  for (const folio of pages.inRange(start, end - 1)) pages.remove(folio);
}

/** truncate_inode_partial_folio(). */
class PartialFolio {
  readonly #pages: PageCache;
  readonly #pageBytes: number;
  readonly #sizePages: number;
  readonly #held: Folio | null;

  constructor(pages: PageCache, pageBytes: number, sizePages: number, held: Folio | null) {
    this.#pages = pages;
    this.#pageBytes = pageBytes;
    this.#sizePages = sizePages;
    this.#held = held;
  }

  /** False when the folio could not be split and stays as it is. */
  truncate(folio: Folio, first: number, last: number): boolean {
    const position = folio.index * this.#pageBytes;
    const size = folio.pages * this.#pageBytes;
    const from = Math.max(first - position, 0);
    const to = Math.min(last + 1 - position, size);
    if (from === 0 && to === size) {
      this.#pages.remove(folio);
      return true;
    }
    invalidateBlocks(folio, from, to, this.#pageBytes / this.#pages.blocksPerPage);
    if (folio.pages === 1) return true;
    if (!releaseBuffers(this.#pages, folio) || folio === this.#held) {
      if (folio.dirty) return false;
      this.#pages.remove(folio);
      return true;
    }
    const splitAt = folio.index + Math.floor(from / this.#pageBytes);
    this.#split(folio, splitAt);
    if (to === size) return true;
    const second = this.#pages.find(folio.index + Math.floor(to / this.#pageBytes));
    if (second && second.pages > 1) this.#split(second, folio.index + Math.floor(to / this.#pageBytes));
    return true;
  }

  #split(folio: Folio, page: number): void {
    this.#pages.split(folio, page);
    for (const piece of this.#pages.inRange(folio.index, folio.index + folio.pages - 1)) {
      if (piece.index >= this.#sizePages) this.#pages.remove(piece);
    }
  }
}

/** block_invalidate_folio(): blocks wholly inside [from, to) bytes of the folio lose their state. */
export function invalidateBlocks(folio: Folio, from: number, to: number, blockBytes: number): void {
  folio.blocks.fill(0, Math.ceil(from / blockBytes), Math.floor(to / blockBytes));
}

/** try_to_free_buffers(): only buffers without dirty data go, and then the folio is clean. */
function releaseBuffers(pages: PageCache, folio: Folio): boolean {
  if (folio.blocks.some((state) => state & buffer.dirty)) return false;
  folio.blocks.fill(0);
  pages.setDirty(folio, false);
  return true;
}

/**
 * invalidate_inode_pages2_range() over the pages of bytes [first, last], before and after a direct write: whole folios
 * go. The caller has written them, so that none is dirty; false (EBUSY) where one still is.
 */
export function invalidatePages(fs: Filesystem, inode: Inode, first: number, last: number): boolean {
  const pages = pagesOf(fs, inode);
  const size = fs.machine.pageSizeBytes;
  let done = true;
  for (const folio of pages.inRange(Math.floor(first / size), Math.floor(last / size))) {
    if (folio.dirty && !releaseBuffers(pages, folio)) done = false;
    else pages.remove(folio);
  }
  return done;
}

/**
 * invalidate_mapping_pages() over the pages of bytes [first, last]: clean folios that lie wholly inside go. Single pages
 * that were just added may still be held by the processor's LRU batch; measured after the wait for their write, they
 * never were.
 */
export function evictCleanPages(fs: Filesystem, inode: Inode, first: number, last: number): void {
  const pages = pagesOf(fs, inode);
  const size = fs.machine.pageSizeBytes;
  const from = Math.floor(first / size);
  const to = Math.floor(last / size);
  for (const folio of pages.inRange(from, to)) {
    const inside = folio.index >= from && folio.index + folio.pages - 1 <= to;
    if (inside && !folio.dirty) pages.remove(folio);
  }
}
