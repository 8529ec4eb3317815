import { describe, expect, it } from 'vitest';
import { linux618 } from '../../../mballoc/index.ts';
import { Refused } from '../../../errno.ts';
import type { BlockAllocator } from '../../../mballoc/request.ts';
import { getBlocks } from '../../filesystem.ts';
import type { Inode } from '../../inode.ts';
import type { Splitting } from '../behaviour.ts';
import type { MappedFile } from '../file.ts';
import { InodeMapping } from '../mapping.ts';
import { FakeAllocator, fakeGeometry, fakeInode, fakeMount } from '../../../../test/support/mapping/fakes.ts';

/** Extents at 0, 100, 200 and 300 fill the inode: the next split needs a block for a leaf, and finds none for a while. */
const starts = [0, 100, 200, 300];
const pieceLength = 50;

function fullFile(splitting: Splitting, failures = Infinity): { mapping: InodeMapping; inode: Inode } {
  let next = 1000;
  let failed = 0;
  const allocator: BlockAllocator = {
    ...new FakeAllocator(1, 1, () => 0).asAllocator(),
    allocate: ({ length }) => ({ physical: (next += 1000), length }),
    allocateMetadata: () => {
      if (failed === failures) return { physical: 500, length: 1 };
      failed += 1;
      throw new Refused('ENOSPC', 'no block for a leaf');
    },
  };
  const nothing = (): never => {
    throw new Error('every inode here is new');
  };
  const mount = fakeMount(fakeGeometry(4096, 1, 1 << 20), allocator);
  const mapping = new InodeMapping(
    mount,
    { extentTree: nothing, indirectMap: nothing },
    {
      ...linux618.mapping,
      splitting,
    },
  );
  const inode = fakeInode(true);
  mapping.createEmpty(inode);
  for (const start of starts) mapping.map(inode, start, pieceLength, getBlocks.createUnwritten);
  return { mapping, inode };
}

function written(mapping: InodeMapping, inode: Inode): string[] {
  const runs = mapping.extents(inode).filter(({ state }) => state === 'written');
  return runs.map(({ logical, length }) => `${String(logical)}+${String(length)}`);
}

function sizeTo(inode: Inode, blocks: number): void {
  inode.sizeBytes = blocks * 4096;
  inode.diskSizeBytes = inode.sizeBytes;
}

describe('a split that finds no space', () => {
  it('fails behind the end of the file and leaves the extent as it was', () => {
    const { mapping, inode } = fullFile('zero-beside-data');
    expect(() => mapping.map(inode, 110, 5, getBlocks.create)).toThrow(Refused);
    expect(written(mapping, inode)).toEqual([]);
    expect(mapping.extents(inode).map(({ length }) => length)).toEqual([50, 50, 50, 50]);
  });

  it('zeroes the whole extent before direct I/O at its start', () => {
    const { mapping, inode } = fullFile('zero-beside-data');
    sizeTo(inode, 400);
    mapping.map(inode, 100, 5, getBlocks.ioCreate);
    const status = (inode.mapping as MappedFile).status.lookup(100);
    expect(status).toMatchObject({ logical: 100, length: 50, state: 'written' });
    expect(written(mapping, inode)).toEqual(['100+50']);
  });

  it('zeroes it before direct I/O in its middle too, and then fails to split what is written', () => {
    const { mapping, inode } = fullFile('zero-beside-data');
    sizeTo(inode, 400);
    expect(() => mapping.map(inode, 110, 5, getBlocks.ioCreate)).toThrow(Refused);
    expect(written(mapping, inode)).toEqual(['100+50']);
  });

  it('zeroes the tail, then the head, where writeback needs the middle', () => {
    const { mapping, inode } = fullFile('zero-beside-data');
    sizeTo(inode, 400);
    mapping.map(inode, 110, 20, getBlocks.create);
    expect(written(mapping, inode)).toEqual(['100+50']);
  });

  it('leaves a head without data unwritten when space comes back in between; 6.18.2 made it written', () => {
    const fixed = fullFile('zero-beside-data', 1);
    sizeTo(fixed.inode, 400);
    fixed.mapping.map(fixed.inode, 110, 20, getBlocks.create);
    expect(written(fixed.mapping, fixed.inode)).toEqual(['110+40']);
    const early = fullFile('zero-all', 1);
    sizeTo(early.inode, 400);
    early.mapping.map(early.inode, 110, 20, getBlocks.create);
    // On disk; its status cache still said otherwise, one more thing that was fixed.
    expect(early.mapping.treeOf(early.inode).extents[1]).toMatchObject({
      logical: 100,
      length: 50,
      unwritten: false,
    });
    expect(written(early.mapping, early.inode)).toEqual(['110+40']);
  });

  it('needs no space at an end that a written neighbour continues', () => {
    const { mapping, inode } = fullFile('zero-beside-data');
    sizeTo(inode, 400);
    mapping.map(inode, 100, 50, getBlocks.create);
    expect(written(mapping, inode)).toEqual(['100+50']);
  });

  it('zeroes and converts the whole extent where 7.0 cannot cut', () => {
    const { mapping, inode } = fullFile('cut-then-convert');
    sizeTo(inode, 400);
    mapping.map(inode, 110, 5, getBlocks.createUnwritten);
    expect(written(mapping, inode)).toEqual([]);
    mapping.convertUnwritten(inode, 110, 5);
    expect(written(mapping, inode)).toEqual(['100+50']);
  });

  it('refuses to cut behind the end of the file', () => {
    const { mapping, inode } = fullFile('cut-then-convert');
    expect(() => {
      mapping.convertUnwritten(inode, 110, 5);
    }).toThrow(Refused);
    expect(written(mapping, inode)).toEqual([]);
    expect(mapping.extents(inode).map(({ length }) => length)).toEqual([50, 50, 50, 50]);
  });

  it('keeps a piece written that zero-range cannot cut out, if it is short', () => {
    const { mapping, inode } = fullFile('cut-then-convert');
    sizeTo(inode, 400);
    mapping.convertUnwritten(inode, 100, 50);
    const flags = getBlocks.createUnwritten | getBlocks.convertUnwritten | getBlocks.noCache;
    expect(mapping.map(inode, 110, 8, flags)).toMatchObject({ state: 'written', length: 8 });
    expect(() => mapping.map(inode, 120, 9, flags)).toThrow(Refused);
    expect(written(mapping, inode)).toEqual(['100+50']);
  });
});
