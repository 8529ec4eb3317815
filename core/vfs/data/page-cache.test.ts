import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PageCache, type Folio } from './page-cache.ts';

const shape = ({ index, pages }: Folio) => [index, pages];
const shapes = (cache: PageCache) => cache.inRange(0, Infinity).map(shape);

describe('obtaining a folio', () => {
  it('takes the order that is asked for where the index allows it', () => {
    const cache = new PageCache(1, 9);
    expect(shape(cache.obtain(16, 4))).toEqual([16, 16]);
    expect(shape(cache.obtain(36, 4))).toEqual([36, 4]);
    expect(shape(cache.obtain(41, 4))).toEqual([41, 1]);
  });

  it('never passes the largest order of the file', () => {
    expect(shape(new PageCache(1, 2).obtain(0, 9))).toEqual([0, 4]);
  });

  it('finds a folio that is there, whatever its size', () => {
    const cache = new PageCache(1, 9);
    const folio = cache.obtain(0, 3);
    expect(cache.obtain(5, 0)).toBe(folio);
  });

  it('shrinks a folio until its neighbour does not overlap', () => {
    const cache = new PageCache(1, 9);
    cache.obtain(6, 0);
    expect(shape(cache.obtain(0, 3))).toEqual([0, 4]);
    expect(shape(cache.obtain(4, 3))).toEqual([4, 2]);
  });
});

describe('splitting a folio', () => {
  it('halves it around the page and leaves the other halves whole', () => {
    const cache = new PageCache(1, 9);
    cache.split(cache.obtain(16, 4), 21);
    expect(shapes(cache)).toEqual([
      [16, 4],
      [20, 1],
      [21, 1],
      [22, 2],
      [24, 8],
    ]);
  });
});

it('counts dirty folios also over removal', () => {
  const cache = new PageCache(4, 9);
  const [one, other] = [cache.obtain(0, 0), cache.obtain(1, 0)];
  cache.setDirty(one, true);
  cache.setDirty(one, true);
  cache.setDirty(other, true);
  cache.remove(one);
  expect(cache.hasDirty).toBe(true);
  cache.setDirty(other, false);
  expect(cache.hasDirty).toBe(false);
});

it('keeps folios in order, aligned to their size and apart from each other', () => {
  const wish = fc.record({ page: fc.nat(300), order: fc.nat(6), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => {
      const cache = new PageCache(1, 5);
      for (const { page, order, remove } of wishes) {
        const folio = cache.obtain(page, order);
        expect(folio.index <= page && page < folio.index + folio.pages).toBe(true);
        if (remove) cache.remove(folio);
      }
      let end = 0;
      for (const { index, pages } of cache.inRange(0, Infinity)) {
        expect(index).toBeGreaterThanOrEqual(end);
        expect(index % pages).toBe(0);
        end = index + pages;
      }
    }),
  );
});
