import { describe, expect, it } from 'vitest';
import { Bench } from '../../../test/support/vfs/bench.ts';
import { writeDirect } from './direct-write.ts';
import { pagesOf } from './file-data.ts';
import { truncateFile } from './set-size.ts';
import { performWrite } from './buffered-write.ts';
import { flushPages, writeAndWait } from './write-pages.ts';

const block = 4096;

describe('delayed data', () => {
  it('is asked for in one piece where it is contiguous', () => {
    const bench = new Bench();
    const file = bench.file();
    performWrite(bench.fs, file, 0, 10 * block);
    performWrite(bench.fs, file, 10 * block, 100 * block);
    expect(bench.asked()).toEqual([]);
    writeAndWait(bench.fs, file);
    expect(bench.asked()).toEqual([[0, 110]]);
    expect(bench.layout(file)).toEqual(['written 0+110']);
    expect(file.diskSizeBytes).toBe(110 * block);
  });

  it('is asked for in pieces of 2048 blocks', () => {
    const bench = new Bench();
    const file = bench.file();
    performWrite(bench.fs, file, 0, 5000 * block);
    writeAndWait(bench.fs, file);
    expect(bench.asked()).toEqual([
      [0, 2048],
      [2048, 2048],
      [4096, 904],
    ]);
  });

  it('goes on within the folio that the 2048th block lies in', () => {
    const bench = new Bench();
    const file = bench.file();
    performWrite(bench.fs, file, 100 * block, 3000 * block);
    writeAndWait(bench.fs, file);
    // Folios of 512 pages: block 2148 lies in the one that ends at 2560.
    expect(bench.asked()).toEqual([
      [100, 2048],
      [2148, 412],
      [2560, 540],
    ]);
  });

  it('stops at the end of a large folio behind a block that has its place', () => {
    const bench = new Bench();
    const file = bench.file();
    truncateFile(bench.fs, file, 1024 * block);
    writeDirect(bench.fs, file, {
      offset: 25 * block,
      length: block,
      bufferBytes: block,
      atomic: false,
      sync: 'none',
    });
    bench.asked();
    performWrite(bench.fs, file, 16 * block, 64 * block);
    writeAndWait(bench.fs, file);
    expect(bench.asked()).toEqual([
      [16, 9],
      [26, 6],
      [32, 48],
    ]);
  });

  it('knows single pages only where the kernel has no large folios', () => {
    const bench = new Bench({ machine: { largeFolios: false } });
    const file = bench.file();
    performWrite(bench.fs, file, 0, 8 * block);
    expect(pagesOf(bench.fs, file).inRange(0, 100)).toHaveLength(8);
  });

  it('is written only as far as the range reaches', () => {
    const bench = new Bench();
    const file = bench.file();
    for (const at of [0, 1000, 2000]) performWrite(bench.fs, file, at * block, block);
    writeAndWait(bench.fs, file, 1000 * block, 1001 * block - 1);
    expect(bench.asked()).toEqual([[1000, 1]]);
    flushPages(bench.fs, file);
    expect(bench.asked()).toEqual([
      [0, 1],
      [2000, 1],
    ]);
  });

  it('takes blocks of several to a page from the page they are in', () => {
    const bench = new Bench({ geometry: { blockSizeBits: 10, blockSizeBytes: 1024 } });
    const file = bench.file();
    performWrite(bench.fs, file, 1024, 1024);
    performWrite(bench.fs, file, 3072, 2048);
    writeAndWait(bench.fs, file);
    // The page at 0 is written whole before the next one may join: its last block is mapped alone.
    expect(bench.asked()).toEqual([
      [1, 1],
      [3, 1],
      [4, 1],
    ]);
    expect(bench.layout(file)).toEqual(['written 1+1', 'written 3+2']);
  });
});

describe('without room', () => {
  it('a commit gives blocks back, and writing goes on', () => {
    const bench = new Bench({ blocks: 1000 });
    const [old, file] = [bench.file(), bench.file()];
    performWrite(bench.fs, file, 0, 40 * block);
    bench.allocator.free = 10;
    bench.fs.allocator.free(old, 5000, 30, 0);
    writeAndWait(bench.fs, file);
    expect(bench.layout(file)).toEqual(['written 0+40']);
    expect(bench.allocator.commits).toBe(1);
  });

  it('data is lost, and nobody is told, where nothing can come back', () => {
    const bench = new Bench({ blocks: 1000 });
    const file = bench.file();
    performWrite(bench.fs, file, 0, 40 * block);
    bench.allocator.free = 0;
    expect(() => {
      writeAndWait(bench.fs, file);
    }).not.toThrow();
    expect(bench.layout(file)).toEqual([]);
    expect(bench.allocator.reserved).toBe(0);
    expect(pagesOf(bench.fs, file).hasDirty).toBe(false);
  });

  it('the error is told where there is no journal to give blocks back', () => {
    const bench = new Bench({ blocks: 1000, journalBlocks: null });
    const file = bench.file();
    performWrite(bench.fs, file, 0, 40 * block);
    bench.allocator.free = 0;
    expect(() => {
      writeAndWait(bench.fs, file);
    }).toThrow('ENOSPC');
  });

  it('that a failed write left inside of the file is zeroed and written', () => {
    const bench = new Bench({ blocks: 20 });
    const file = bench.file();
    truncateFile(bench.fs, file, 64 * block);
    expect(() => performWrite(bench.fs, file, 0, 64 * block)).toThrow('ENOSPC');
    expect(bench.layout(file)).toEqual(['unwritten 0+20']);
    writeAndWait(bench.fs, file);
    expect(bench.layout(file)).toEqual(['written 0+20']);
  });

  it('is written in as many pieces as it takes', () => {
    const bench = new Bench();
    const file = bench.file();
    const pieces = 10_100;
    for (let piece = 0; piece < pieces; piece++) performWrite(bench.fs, file, piece * 2 * block, block);
    writeAndWait(bench.fs, file);
    expect(bench.asked()).toHaveLength(pieces);
  });

  it('writing allocates at once when little is left', () => {
    const bench = new Bench({ blocks: 250 });
    const file = bench.file();
    performWrite(bench.fs, file, 0, 3 * block);
    expect(bench.asked()).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    expect(bench.layout(file)).toEqual(['unwritten 0+3']);
    writeAndWait(bench.fs, file);
    expect(bench.layout(file)).toEqual(['written 0+3']);
  });
});
