import { describe, expect, it } from 'vitest';
import { Bench } from '../../../test/support/vfs/bench.ts';
import type { Inode } from '../inode.ts';
import { linux618 } from '../../mballoc/index.ts';
import type { DataBehaviour } from './behaviour.ts';
import { fallocate, type FallocateModes } from './fallocate.ts';
import { pagesOf } from './file-data.ts';
import { truncateFile } from './set-size.ts';
import { writeAndWait } from './write-pages.ts';
import { writeFile } from './write.ts';

const KiB = 1024;
const plain: FallocateModes = {
  keepSize: false,
  punchHole: false,
  zeroRange: false,
  collapseRange: false,
  insertRange: false,
};
const smallBlocks = { blockSizeBytes: KiB, blockSizeBits: 10 };

function write(bench: Bench, file: Inode, offset: number, length: number, direct: boolean): void {
  writeFile(bench.fs, file, { offset, length, vectors: 1, direct, atomic: false, sync: 'none' }, null);
}

/** A file of 5 KiB, in blocks of 1 KiB, with blocks beyond its size. */
function withBlocksBeyond(behaviour: Partial<DataBehaviour>): { bench: Bench; file: Inode } {
  const bench = new Bench({ geometry: smallBlocks, behaviour });
  const file = bench.file();
  write(bench, file, 0, 5 * KiB, false);
  writeAndWait(bench.fs, file);
  fallocate(bench.fs, file, 5 * KiB, 11 * KiB, { ...plain, keepSize: true });
  return { bench, file };
}

function punch(bench: Bench, file: Inode, offset: number, length: number): void {
  fallocate(bench.fs, file, offset, length, { ...plain, keepSize: true, punchHole: true });
}

describe('a hole that is punched beyond the end', () => {
  const { punching } = linux618.data;

  it.each([
    ['block', ['written 0+4', 'unwritten 5+11']],
    ['page', ['written 0+4', 'unwritten 8+8']],
    ['next-page', ['written 0+4', 'unwritten 8+8']],
  ] as const)('ends behind its %s', (end, layout) => {
    const { bench, file } = withBlocksBeyond({ punching: { ...punching, end } });
    punch(bench, file, 4 * KiB, 100 * KiB);
    expect(bench.layout(file)).toEqual(layout);
  });

  it.each([
    ['block', 'unwritten 4+4'],
    ['page', 'unwritten 4+4'],
    ['next-page', 'unwritten 5+3'],
  ] as const)('ends behind a whole %s where the size is whole', (end, beyond) => {
    const bench = new Bench({ behaviour: { punching: { ...punching, end } } });
    const file = bench.file();
    write(bench, file, 0, 4 * 4096, false);
    writeAndWait(bench.fs, file);
    fallocate(bench.fs, file, 4 * 4096, 4 * 4096, { ...plain, keepSize: true });
    punch(bench, file, 3 * 4096, 100 * 4096);
    expect(bench.layout(file)).toEqual(['written 0+3', beyond]);
  });

  it('has the data behind it written first where that is how it was', () => {
    const asks = (writesFirst: boolean) => {
      const bench = new Bench({ behaviour: { punching: { ...punching, writesFirst } } });
      const file = bench.file();
      write(bench, file, 0, 4 * 4096, false);
      punch(bench, file, 0, 2 * 4096);
      return bench.asked();
    };
    expect(asks(false)).toEqual([]);
    expect(asks(true)).not.toEqual([]);
  });
});

describe('a file that grows from the middle of a block', () => {
  it.each([
    ['none', false, false],
    ['after', true, true],
    ['before', true, false],
  ] as const)('%s: zeroes behind its end', (endZeroing, endIsCached, newEndIsCached) => {
    const bench = new Bench({ behaviour: { endZeroing } });
    const file = bench.file();
    write(bench, file, 0, 6 * KiB, false);
    writeAndWait(bench.fs, file);
    pagesOf(bench.fs, file)
      .inRange(0, 9)
      .forEach((folio) => pagesOf(bench.fs, file).remove(folio));
    fallocate(bench.fs, file, 16 * KiB, 6 * KiB, plain);
    const cached = (page: number) => pagesOf(bench.fs, file).find(page) !== undefined;
    expect([cached(1), cached(5)]).toEqual([endIsCached, newEndIsCached]);
    expect(file.sizeBytes).toBe(22 * KiB);
  });
});

describe('a direct write into an unwritten extent', () => {
  it.each(['before', 'after'] as const)('leaves the same layout, cut %s the write', (unwrittenCut) => {
    const bench = new Bench({ behaviour: { unwrittenCut } });
    const file = bench.file();
    fallocate(bench.fs, file, 0, 64 * KiB, plain);
    write(bench, file, 16 * KiB, 8 * KiB, true);
    expect(bench.layout(file)).toEqual(['unwritten 0+4', 'written 4+2', 'unwritten 6+10']);
  });
});

describe('inline data that outgrows its inode by ftruncate(2)', () => {
  it.each([
    ['stays', true],
    ['moves-out', false],
  ] as const)('%s', (inlineGrowth, isInline) => {
    const bench = new Bench({ maxInlineBytes: 100, behaviour: { inlineGrowth } });
    const file = bench.file({ inlineData: true, states: new Set(['may-inline-data']) });
    write(bench, file, 0, 50, false);
    truncateFile(bench.fs, file, 5000);
    expect([file.inlineData, file.sizeBytes]).toEqual([isInline, 5000]);
  });
});
