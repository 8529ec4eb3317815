import { describe, expect, it } from 'vitest';
import { Bench } from '../../../test/support/vfs/bench.ts';
import { performWrite } from './buffered-write.ts';
import { pagesOf } from './file-data.ts';
import { evictCleanPages, invalidatePages, truncatePages } from './truncate-pages.ts';
import { writeAndWait } from './write-pages.ts';

const page = 4096;

/** A file whose first 64 pages are one folio. */
function start({ clean }: { clean: boolean }) {
  const bench = new Bench();
  const file = bench.file();
  performWrite(bench.fs, file, 0, 64 * page);
  if (clean) writeAndWait(bench.fs, file);
  const shapes = () =>
    pagesOf(bench.fs, file)
      .inRange(0, Infinity)
      .map(({ index, pages }) => [index, pages]);
  return { bench, file, shapes };
}

describe('truncating cached pages', () => {
  it('drops whole folios', () => {
    const { bench, file, shapes } = start({ clean: false });
    truncatePages(bench.fs, file, 0);
    expect(shapes()).toEqual([]);
  });

  it('splits a clean folio around the new end, and drops what lies behind it', () => {
    const { bench, file, shapes } = start({ clean: true });
    file.sizeBytes = 20 * page;
    truncatePages(bench.fs, file, 20 * page);
    expect(shapes()).toEqual([
      [0, 16],
      [16, 4],
    ]);
  });

  it('leaves a folio with dirty blocks in its place', () => {
    const { bench, file, shapes } = start({ clean: false });
    truncatePages(bench.fs, file, 20 * page);
    expect(shapes()).toEqual([[0, 64]]);
    const [folio] = pagesOf(bench.fs, file).inRange(0, 0);
    expect(folio?.blocks.findIndex((state) => state === 0)).toBe(20);
  });

  it('drops a clean folio as a whole while a failed write holds it', () => {
    const { bench, file, shapes } = start({ clean: true });
    const held = pagesOf(bench.fs, file).find(0);
    file.sizeBytes = 20 * page;
    truncatePages(bench.fs, file, 20 * page, Infinity, held);
    expect(shapes()).toEqual([]);
  });

  it('cuts a range out of the middle of a clean folio', () => {
    const { bench, file, shapes } = start({ clean: true });
    truncatePages(bench.fs, file, 8 * page, 16 * page - 1);
    expect(shapes()).toEqual([
      [0, 8],
      [16, 1],
      [17, 1],
      [18, 2],
      [20, 4],
      [24, 8],
      [32, 32],
    ]);
  });
});

describe('invalidation around direct writes', () => {
  it('takes whole folios, and says where a dirty one stays', () => {
    const { bench, file, shapes } = start({ clean: true });
    expect(invalidatePages(bench.fs, file, 5 * page, 6 * page - 1)).toBe(true);
    expect(shapes()).toEqual([]);
    performWrite(bench.fs, file, 0, page);
    expect(invalidatePages(bench.fs, file, 0, page - 1)).toBe(false);
  });

  it('after a fallback takes clean folios that lie wholly inside', () => {
    const { bench, file, shapes } = start({ clean: true });
    evictCleanPages(bench.fs, file, 0, 63 * page - 1);
    expect(shapes()).toEqual([[0, 64]]);
    evictCleanPages(bench.fs, file, 0, 64 * page - 1);
    expect(shapes()).toEqual([]);
  });
});
