import { describe, expect, it } from 'vitest';
import { Bench } from '../../../test/support/vfs/bench.ts';
import { performWrite } from './buffered-write.ts';
import { fallocate } from './fallocate.ts';
import { truncateFile } from './set-size.ts';
import { writeFile, type AtomicLimits, type WriteRequest } from './write.ts';
import type { Inode } from '../inode.ts';

const block = 4096;
const plain = {
  keepSize: false,
  punchHole: false,
  zeroRange: false,
  collapseRange: false,
  insertRange: false,
};

function write(
  bench: Bench,
  file: Inode,
  change: Partial<WriteRequest>,
  limits: AtomicLimits | null = null,
): number | string {
  const request = {
    offset: 0,
    length: block,
    vectors: 1,
    direct: true,
    atomic: false,
    sync: 'none',
  } as const;
  try {
    return writeFile(bench.fs, file, { ...request, ...change }, limits);
  } catch (error) {
    return (error as { errno: string }).errno;
  }
}

describe('a direct write', () => {
  it('beyond the end is written at once and moves the end', () => {
    const bench = new Bench();
    const file = bench.file();
    expect(write(bench, file, { offset: 8 * block, length: 3 * block })).toBe(3 * block);
    expect(bench.layout(file)).toEqual(['written 8+3']);
    expect([file.sizeBytes, file.diskSizeBytes]).toEqual([11 * block, 11 * block]);
  });

  it('into a hole is written too, having been unwritten in between', () => {
    const bench = new Bench();
    const file = bench.file();
    truncateFile(bench.fs, file, 20 * block);
    expect(write(bench, file, { offset: 8 * block, length: 3 * block })).toBe(3 * block);
    expect(bench.layout(file)).toEqual(['written 8+3']);
    expect(file.sizeBytes).toBe(20 * block);
  });

  it('is mapped 4096 blocks at a time', () => {
    const bench = new Bench();
    const file = bench.file();
    write(bench, file, { length: 10_000 * block });
    expect(bench.asked()).toEqual([
      [0, 4096],
      [4096, 4096],
      [8192, 1808],
    ]);
  });

  it('that is not aligned fails after its blocks were taken: within the file they stay', () => {
    const bench = new Bench();
    const file = bench.file();
    truncateFile(bench.fs, file, 20 * block);
    expect(write(bench, file, { offset: 8 * block, length: 100 })).toBe('EINVAL');
    expect(bench.layout(file)).toEqual(['unwritten 8+1']);
  });

  it('that is not aligned leaves nothing beyond the end', () => {
    const bench = new Bench();
    const file = bench.file();
    expect(write(bench, file, { offset: 8 * block + 1, length: 511 })).toBe('EINVAL');
    expect(bench.layout(file)).toEqual([]);
    expect(bench.allocator.discards).toBeGreaterThan(0);
  });

  it('that is not aligned goes through the page cache from 6.15 to 6.17.3, into the blocks that it took', () => {
    const bench = new Bench({ directWrites: { errorsFallBack: true, checksBuffersFirst: true } });
    const file = bench.file();
    expect(write(bench, file, { offset: 100 })).toBe(block);
    expect(bench.layout(file)).toEqual(['written 0+2']);
    expect(file.sizeBytes).toBe(100 + block);
    expect(write(bench, file, { offset: 8 * block, length: 4 * block, vectors: 64 })).toBe(4 * block);
    expect(bench.layout(file)).toEqual(['written 0+2', 'written 8+4']);
    expect(bench.asked()).toEqual([
      [0, 2],
      [8, 4],
    ]);
  });

  it('that is atomic is refused there all the same', () => {
    const limits = { minBytes: block, maxBytes: 4 * block };
    const bench = new Bench({
      directWrites: { errorsFallBack: true },
      machine: { logicalBlockBytes: 8 * block },
    });
    expect(write(bench, bench.file(), { atomic: true }, limits)).toBe('EINVAL');
  });

  it('is aligned to the logical blocks of the device, not to those of the filesystem', () => {
    const bench = new Bench();
    const file = bench.file();
    expect(write(bench, file, { offset: 512, length: 1536 })).toBe(1536);
    expect(file.sizeBytes).toBe(2048);
    const wide = new Bench({ machine: { logicalBlockBytes: 4096 } });
    expect(write(wide, wide.file(), { offset: 512, length: 1536 })).toBe('EINVAL');
  });

  it('needs whole sectors in every buffer, and finds out after its blocks were taken', () => {
    const bench = new Bench();
    const file = bench.file();
    truncateFile(bench.fs, file, 20 * block);
    expect(write(bench, file, { length: 4 * block, vectors: 32 })).toBe(4 * block);
    expect(write(bench, file, { offset: 8 * block, length: 4 * block, vectors: 64 })).toBe('EINVAL');
    expect(bench.layout(file)).toEqual(['written 0+4', 'unwritten 8+4']);
  });

  it('that finds half of its room fails as a whole', () => {
    const bench = new Bench({ blocks: 10 });
    const file = bench.file();
    expect(write(bench, file, { length: 20 * block })).toBe('ENOSPC');
    expect([file.sizeBytes, bench.layout(file)]).toEqual([0, []]);
  });

  it('tries again while a commit can give blocks back', () => {
    const bench = new Bench({ blocks: 10 });
    const file = bench.file();
    bench.allocator.free = 0;
    bench.fs.allocator.free(file, 5000, 10, 0);
    expect(write(bench, file, { length: 4 * block })).toBe(4 * block);
    expect(bench.allocator.commits).toBe(1);
  });

  it('writes cached data of its range first', () => {
    const bench = new Bench();
    const file = bench.file();
    performWrite(bench.fs, file, 0, 4 * block);
    write(bench, file, { offset: block, length: block });
    expect(bench.asked()).toEqual([[0, 4]]);
    expect(bench.layout(file)).toEqual(['written 0+4']);
  });

  it('commits for RWF_DSYNC what it has changed', () => {
    const bench = new Bench();
    const file = bench.file();
    write(bench, file, { sync: 'dsync' });
    expect(bench.allocator.commits).toBe(1);
    write(bench, file, { sync: 'dsync' });
    expect(bench.allocator.commits).toBe(1);
  });

  it('of an indirect file fills holes through the page cache', () => {
    const bench = new Bench();
    const file = bench.file({ usesExtents: false });
    truncateFile(bench.fs, file, 20 * block);
    expect(write(bench, file, { offset: 8 * block, length: 3 * block })).toBe(3 * block);
    expect(bench.layout(file)).toEqual(['written 8+3']);
  });

  it('is cut at the largest size of a file, and refused beyond it', () => {
    const bench = new Bench();
    const most = (2 ** 32 - 1) * block;
    const file = bench.file();
    expect(write(bench, file, { offset: most - block, length: 3 * block })).toBe(block);
    expect(write(bench, file, { offset: most, length: block })).toBe('EFBIG');
  });

  it('of nothing is nothing, whatever is asked', () => {
    const bench = new Bench();
    expect(write(bench, bench.file(), { length: 0, atomic: true, offset: 2 ** 52 })).toBe(0);
  });
});

describe('RWF_ATOMIC', () => {
  const limits = { minBytes: 4096, maxBytes: 16384 };
  it.each([
    ['a file that cannot', {}, null, 'EOPNOTSUPP'],
    ['too long', { length: 32768 }, limits, 'EINVAL'],
    ['too short', { length: 2048 }, limits, 'EINVAL'],
    ['two buffers', { length: 8192, vectors: 2 }, limits, 'EINVAL'],
    ['no power of two', { length: 12288 }, limits, 'EINVAL'],
    ['not at a multiple of its length', { offset: 4096, length: 8192 }, limits, 'EINVAL'],
    ['not direct', { direct: false }, limits, 'EOPNOTSUPP'],
    ['not direct and too long', { direct: false, length: 32768 }, limits, 'EINVAL'],
    ['as it should be', { offset: 8192, length: 4096 }, limits, 4096],
  ])('%s', (_what, change, given, expected) => {
    const bench = new Bench();
    expect(write(bench, bench.file(), { ...change, atomic: true }, given)).toBe(expected);
  });

  it('makes one written extent of a mixed cluster, and commits before the data', () => {
    const bench = new Bench({ geometry: { clusterBits: 2, clusterRatio: 4, blocksPerGroup: 131_072 } });
    const file = bench.file();
    truncateFile(bench.fs, file, 16 * block);
    fallocate(bench.fs, file, block, block, plain);
    const before = bench.allocator.commits;
    expect(write(bench, file, { length: 4 * block, atomic: true }, limits)).toBe(4 * block);
    expect(bench.layout(file)).toEqual(['written 0+4']);
    expect(bench.allocator.commits).toBe(before + 1);
  });
});
