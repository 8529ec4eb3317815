import { describe, expect, it } from 'vitest';
import { Bench } from '../../../test/support/vfs/bench.ts';
import { performWrite } from './buffered-write.ts';
import { fallocate } from './fallocate.ts';
import { pagesOf } from './file-data.ts';
import { openForWriting, releaseReader, releaseWriter } from './release.ts';
import { truncateFile } from './set-size.ts';
import { writeAndWait } from './write-pages.ts';

const block = 4096;
const allocate = {
  keepSize: true,
  punchHole: false,
  zeroRange: false,
  collapseRange: false,
  insertRange: false,
};

describe('truncation', () => {
  it('frees what lies behind the new end, and forgets what is delayed there', () => {
    const bench = new Bench();
    const file = bench.file();
    performWrite(bench.fs, file, 0, 10 * block);
    writeAndWait(bench.fs, file);
    performWrite(bench.fs, file, 10 * block, 10 * block);
    truncateFile(bench.fs, file, 4 * block + 100);
    expect(bench.layout(file)).toEqual(['written 0+5']);
    expect([file.sizeBytes, bench.allocator.reserved]).toEqual([4 * block + 100, 0]);
  });

  it('to the same size frees blocks behind the end', () => {
    const bench = new Bench();
    const file = bench.file();
    fallocate(bench.fs, file, 0, 10 * block, allocate);
    truncateFile(bench.fs, file, 0);
    expect(bench.layout(file)).toEqual([]);
  });

  it('dirties the block of the new end only where it is written', () => {
    const bench = new Bench();
    const file = bench.file();
    performWrite(bench.fs, file, 0, 4 * block);
    writeAndWait(bench.fs, file);
    truncateFile(bench.fs, file, 2 * block + 1);
    expect(pagesOf(bench.fs, file).hasDirty).toBe(true);

    const unwritten = bench.file();
    fallocate(bench.fs, unwritten, 0, 4 * block, { ...allocate, keepSize: false });
    truncateFile(bench.fs, unwritten, 2 * block + 1);
    writeAndWait(bench.fs, unwritten);
    expect(bench.layout(unwritten)).toEqual(['unwritten 0+3']);
  });

  it('has limits', () => {
    const bench = new Bench();
    expect(() => {
      truncateFile(bench.fs, bench.file(), (2 ** 32 - 1) * block + 1);
    }).toThrow('EFBIG');
    expect(() => {
      truncateFile(bench.fs, bench.file({ usesExtents: false }), 5 * 2 ** 40);
    }).toThrow('EFBIG');
  });
});

describe('closing', () => {
  const replaced = () => {
    const bench = new Bench();
    const file = bench.file({ openWriters: 0, openDescriptors: 0 });
    openForWriting(bench.fs, file);
    performWrite(bench.fs, file, 0, block);
    truncateFile(bench.fs, file, 0);
    performWrite(bench.fs, file, 0, 3 * block);
    return { bench, file };
  };

  it('writes a file that was truncated to nothing, whoever closes', () => {
    for (const close of [releaseWriter, releaseReader]) {
      const { bench, file } = replaced();
      close(bench.fs, file);
      expect(bench.layout(file)).toEqual(['written 0+3']);
    }
  });

  it('leaves other delayed data, and its preallocation, alone', () => {
    const bench = new Bench();
    const file = bench.file({ openWriters: 0, openDescriptors: 0 });
    openForWriting(bench.fs, file);
    performWrite(bench.fs, file, 0, 3 * block);
    releaseWriter(bench.fs, file);
    expect([bench.asked(), bench.allocator.discards]).toEqual([[], 0]);
  });

  it('by the last writer drops preallocation', () => {
    const bench = new Bench();
    const file = bench.file({ openWriters: 0, openDescriptors: 0 });
    openForWriting(bench.fs, file);
    openForWriting(bench.fs, file);
    releaseWriter(bench.fs, file);
    expect(bench.allocator.discards).toBe(0);
    releaseWriter(bench.fs, file);
    expect([bench.allocator.discards, file.openWriters]).toEqual([1, 0]);
  });
});
