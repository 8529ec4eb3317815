import { describe, expect, it } from 'vitest';
import { Bench } from '../../../test/support/vfs/bench.ts';
import { inodeFlags } from '../../ext4/index.ts';
import type { Inode } from '../inode.ts';
import { performWrite } from './buffered-write.ts';
import { fallocate, type FallocateModes } from './fallocate.ts';
import { truncateFile } from './set-size.ts';
import { writeAndWait } from './write-pages.ts';

const block = 4096;
const none: FallocateModes = {
  keepSize: false,
  punchHole: false,
  zeroRange: false,
  collapseRange: false,
  insertRange: false,
};
const punch = { keepSize: true, punchHole: true };

function answer(bench: Bench, file: Inode, offset: number, length: number, modes: Partial<FallocateModes>) {
  try {
    fallocate(bench.fs, file, offset, length, { ...none, ...modes });
    return 'done';
  } catch (error) {
    return (error as { errno: string }).errno;
  }
}

function written(bench: Bench, blocks: number): Inode {
  const file = bench.file();
  performWrite(bench.fs, file, 0, blocks * block);
  writeAndWait(bench.fs, file);
  return file;
}

describe('what is refused', () => {
  const most = (2 ** 32 - 1) * block;
  it.each([
    ['no length', 0, 0, {}, 'EINVAL'],
    ['no length, before the modes are looked at', 0, 0, { collapseRange: true, zeroRange: true }, 'EINVAL'],
    ['two modes', 0, block, { zeroRange: true, collapseRange: true }, 'EOPNOTSUPP'],
    ['punch-hole with another mode', 0, block, { ...punch, zeroRange: true }, 'EOPNOTSUPP'],
    ['collapse-range that keeps the size', 0, block, { collapseRange: true, keepSize: true }, 'EOPNOTSUPP'],
    ['insert-range that keeps the size', 0, block, { insertRange: true, keepSize: true }, 'EOPNOTSUPP'],
    ['beyond the largest file', most, block, {}, 'EFBIG'],
    ['beyond the largest file, whatever the mode', most, block, punch, 'EFBIG'],
    ['collapse-range of half a block', 0, 2048, { collapseRange: true }, 'EINVAL'],
    ['collapse-range up to the end', 6 * block, 4 * block, { collapseRange: true }, 'EINVAL'],
    ['insert-range at the end', 10 * block, block, { insertRange: true }, 'EINVAL'],
    ['insert-range that makes the file too large', 0, most - 9 * block, { insertRange: true }, 'EFBIG'],
  ])('%s', (_what, offset, length, modes, expected) => {
    const bench = new Bench();
    const file = written(bench, 10);
    const before = bench.layout(file);
    expect(answer(bench, file, offset, length, modes)).toBe(expected);
    expect([bench.layout(file), file.sizeBytes]).toEqual([before, 10 * block]);
  });

  it('whole clusters are asked for where blocks come in clusters', () => {
    const bench = new Bench({ geometry: { clusterBits: 2, clusterRatio: 4, blocksPerGroup: 131_072 } });
    const file = written(bench, 16);
    expect(answer(bench, file, block, 4 * block, { collapseRange: true })).toBe('EINVAL');
    expect(answer(bench, file, 4 * block, 4 * block, { collapseRange: true })).toBe('done');
    expect(bench.layout(file)).toEqual(['written 0+4', 'written 4+8']);
  });

  it('files without extents have nothing but holes to punch', () => {
    const bench = new Bench();
    const file = bench.file({ usesExtents: false });
    truncateFile(bench.fs, file, 10 * block);
    for (const modes of [{}, { zeroRange: true }, { collapseRange: true }, { insertRange: true }]) {
      expect(answer(bench, file, 0, block, modes)).toBe('EOPNOTSUPP');
    }
    expect(answer(bench, file, 0, block, punch)).toBe('done');
  });

  it('an append-only file may grow, an immutable one nothing', () => {
    const bench = new Bench();
    const append = bench.file({ flags: inodeFlags.append });
    expect(answer(bench, append, 0, block, { keepSize: true })).toBe('done');
    expect(answer(bench, append, 0, block, { zeroRange: true })).toBe('EPERM');
    expect(answer(bench, bench.file({ flags: inodeFlags.immutable }), 0, block, {})).toBe('EPERM');
  });
});

describe('allocating', () => {
  it('covers every block that is touched, and moves the end to the byte', () => {
    const bench = new Bench();
    const file = bench.file();
    expect(answer(bench, file, 100, 2 * block, {})).toBe('done');
    expect([bench.layout(file), file.sizeBytes]).toEqual([['unwritten 0+3'], 2 * block + 100]);
  });

  it('keeps the size where it shall', () => {
    const bench = new Bench();
    const file = bench.file();
    expect(answer(bench, file, 0, 5 * block, { keepSize: true })).toBe('done');
    expect([bench.layout(file), file.sizeBytes]).toEqual([['unwritten 0+5'], 0]);
  });

  it('keeps what it got before the room ended', () => {
    const bench = new Bench({ blocks: 7 });
    const file = bench.file();
    expect(answer(bench, file, 0, 20 * block, {})).toBe('ENOSPC');
    expect([bench.layout(file), file.sizeBytes]).toEqual([['unwritten 0+7'], 7 * block]);
  });
});

describe('changing what is there', () => {
  it('punches whole blocks only, and not beyond the page of the end', () => {
    const bench = new Bench();
    const file = written(bench, 10);
    expect(answer(bench, file, block + 1, 3 * block, punch)).toBe('done');
    expect(bench.layout(file)).toEqual(['written 0+2', 'written 4+6']);
    expect(answer(bench, file, 8 * block, 100 * block, punch)).toBe('done');
    expect([bench.layout(file), file.sizeBytes]).toEqual([['written 0+2', 'written 4+4'], 10 * block]);
  });

  it('makes a range unwritten, its edges excepted', () => {
    const bench = new Bench();
    const file = written(bench, 10);
    expect(answer(bench, file, block + 1, 3 * block, { zeroRange: true })).toBe('done');
    writeAndWait(bench.fs, file);
    expect(bench.layout(file)).toEqual(['written 0+2', 'unwritten 2+2', 'written 4+6']);
  });

  it('takes a range out', () => {
    const bench = new Bench();
    const file = written(bench, 10);
    expect(answer(bench, file, 2 * block, 3 * block, { collapseRange: true })).toBe('done');
    expect([bench.layout(file), file.sizeBytes]).toEqual([['written 0+2', 'written 2+5'], 7 * block]);
  });

  it('puts a hole in, having written what is delayed behind it', () => {
    const bench = new Bench();
    const file = bench.file();
    performWrite(bench.fs, file, 0, 10 * block);
    expect(answer(bench, file, 4 * block, 2 * block, { insertRange: true })).toBe('done');
    expect([bench.layout(file), file.sizeBytes]).toEqual([['written 0+4', 'written 6+6'], 12 * block]);
  });
});
