import { assert } from '../../assert.ts';

/** State of one block of a folio (struct buffer_head, b_state), as far as it decides what writeback does. */
export const buffer = {
  mapped: 1,
  delayed: 2,
  unwritten: 4,
  dirty: 8,
} as const;

/** Pages of a file that are cached as one. */
export interface Folio {
  /** First page. */
  readonly index: number;
  /** A power of two. */
  readonly pages: number;
  /** PG_dirty; set and cleared through the cache, which counts. */
  readonly dirty: boolean;
  /** Sums of {@link buffer}, one per block. */
  readonly blocks: Uint8Array;
}

/**
 * The page cache of one file (struct address_space): folios that do not overlap, in file order. Only their shape and
 * the state of their blocks is kept, no data. Nothing is ever reclaimed, since a plan is short.
 */
export class PageCache {
  readonly blocksPerPage: number;
  /** mapping_max_folio_order(): the largest folio is 2^this pages. */
  readonly orderMost: number;
  #folios: Folio[] = [];
  #dirty = 0;

  constructor(blocksPerPage: number, orderMost: number) {
    this.blocksPerPage = blocksPerPage;
    this.orderMost = orderMost;
  }

  get isEmpty(): boolean {
    return this.#folios.length === 0;
  }

  /** PAGECACHE_TAG_DIRTY is set somewhere. */
  get hasDirty(): boolean {
    return this.#dirty > 0;
  }

  setDirty(folio: Folio, dirty: boolean): void {
    if (folio.dirty === dirty) return;
    (folio as { dirty: boolean }).dirty = dirty;
    this.#dirty += dirty ? 1 : -1;
  }

  /** The folio that holds a page, or undefined. */
  find(page: number): Folio | undefined {
    const folio = this.#folios[this.#firstEndingAfter(page)];
    return folio && folio.index <= page ? folio : undefined;
  }

  /** Folios that hold a page of [first, last], in order; a copy, so that the caller may change the cache. */
  inRange(first: number, last: number): Folio[] {
    const from = this.#firstEndingAfter(first);
    let to = from;
    while (to < this.#folios.length && this.#at(to).index <= last) to++;
    return this.#folios.slice(from, to);
  }

  /** The dirty ones of them, one by one: no folio may come or go meanwhile. */
  *dirtyInRange(first: number, last: number): Generator<Folio> {
    for (let at = this.#firstEndingAfter(first); at < this.#folios.length; at++) {
      const folio = this.#at(at);
      if (folio.index > last) return;
      if (folio.dirty) yield folio;
    }
  }

  /**
   * The folio that holds `page`, made if there is none: of 2^order pages at most, smaller where the page's index or a
   * neighbour leaves no room (mm/filemap.c, __filemap_get_folio with FGP_CREAT).
   */
  obtain(page: number, order: number): Folio {
    const found = this.find(page);
    if (found) return found;
    let pages = 2 ** Math.min(order, this.orderMost);
    while (page % pages !== 0) pages /= 2;
    const next = this.#firstEndingAfter(page);
    while (next < this.#folios.length && this.#at(next).index < page + pages) pages /= 2;
    return this.#insert(next, { index: page, pages });
  }

  remove(folio: Folio): void {
    const at = this.#firstEndingAfter(folio.index);
    assert(this.#folios[at] === folio, 'a folio is removed only from the cache that holds it');
    this.setDirty(folio, false);
    this.#folios.splice(at, 1);
  }

  /**
   * Splits a folio whose buffers are gone down to a single page at `page`, leaving the other halves whole
   * (mm/huge_memory.c, folio_split: a non-uniform split).
   */
  split(folio: Folio, page: number): void {
    const at = this.#firstEndingAfter(folio.index);
    assert(this.#folios[at] === folio && !folio.dirty, 'a folio is split only when clean, in its own cache');
    this.#folios.splice(at, 1);
    for (const piece of halves(folio, page)) this.#insert(this.#firstEndingAfter(piece.index), piece);
  }

  #insert(at: number, { index, pages }: { index: number; pages: number }): Folio {
    const folio = { index, pages, dirty: false, blocks: new Uint8Array(pages * this.blocksPerPage) };
    this.#folios.splice(at, 0, folio);
    return folio;
  }

  /** Position of the first folio that ends after `page`. */
  #firstEndingAfter(page: number): number {
    let low = 0;
    let high = this.#folios.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const folio = this.#at(middle);
      if (folio.index + folio.pages > page) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #at(position: number): Folio {
    const folio = this.#folios[position];
    assert(folio, 'a position within the cache');
    return folio;
  }
}

function halves(folio: Folio, page: number): { index: number; pages: number }[] {
  const pieces: { index: number; pages: number }[] = [];
  let { index, pages } = folio;
  while (pages > 1) {
    pages /= 2;
    const upper = index + pages;
    if (page < upper) {
      pieces.push({ index: upper, pages });
    } else {
      pieces.push({ index, pages });
      index = upper;
    }
  }
  pieces.push({ index, pages: 1 });
  return pieces;
}
