import { describe, expect, it } from 'vitest';
import { linux618 } from '../../mballoc/index.ts';
import type { ExtentNode, IndirectMap } from '../../ext4/index.ts';
import { getBlocks } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import type { MappedFile } from './file.ts';
import { InodeMapping } from './mapping.ts';
import { checkTree } from '../../../test/support/mapping/check-tree.ts';
import { FakeAllocator, fakeGeometry, fakeInode, fakeMount } from '../../../test/support/mapping/fakes.ts';

const tree: ExtentNode = {
  kind: 'index',
  depth: 1,
  physicalBlock: null,
  capacity: 4,
  entries: [leafEntry(0, 500), leafEntry(100, 501)],
};

const pointers = Array.from({ length: 256 }, (_, slot) => (slot < 3 ? 900 + slot : 0));
const blockMap: IndirectMap = {
  direct: [700, 701, 0, 0, 0, 0, 0, 0, 0, 0, 0, 750],
  single: { level: 1, physicalBlock: 800, pointers, children: pointers.map(() => null) },
  double: null,
  triple: null,
};

function leafEntry(logical: number, block: number): { logical: number; block: number; child: ExtentNode } {
  const entries = [
    { logical, physical: block * 100, length: 5, unwritten: false },
    { logical: logical + 10, physical: block * 100 + 10, length: 5, unwritten: true },
  ];
  return { logical, block, child: { kind: 'leaf', depth: 0, physicalBlock: block, capacity: 84, entries } };
}

function mappingOf(usesExtents: boolean): { mapping: InodeMapping; inode: Inode } {
  const allocator = new FakeAllocator(1, 1000, () => 0).asAllocator();
  const mount = fakeMount(fakeGeometry(1024, 1, 1 << 20), allocator);
  const loader = { extentTree: () => tree, indirectMap: () => blockMap };
  const inode = { ...fakeInode(usesExtents), sizeBytes: 200 * 1024, diskSizeBytes: 200 * 1024 };
  return { mapping: new InodeMapping(mount, loader, linux618.mapping), inode };
}

function cached(inode: Inode): string[] {
  const { status } = inode.mapping as MappedFile;
  return [...status.runs()].map((run) => `${run.state} ${String(run.logical)}+${String(run.length)}`);
}

describe('a mapping that is read from disk', () => {
  it('has the extents and nodes of the tree on disk', () => {
    const { mapping, inode } = mappingOf(true);
    expect(mapping.extents(inode)).toEqual([
      { logical: 0, physical: 50_000, length: 5, state: 'written' },
      { logical: 10, physical: 50_010, length: 5, state: 'unwritten' },
      { logical: 100, physical: 50_100, length: 5, state: 'written' },
      { logical: 110, physical: 50_110, length: 5, state: 'unwritten' },
    ]);
    expect(checkTree(mapping.treeOf(inode)).nodeBlocks).toEqual([500, 501]);
  });

  it('leaves what was read as it is on disk', () => {
    const before = JSON.stringify(tree);
    const { mapping, inode } = mappingOf(true);
    mapping.map(inode, 12, 1, getBlocks.ioCreate);
    mapping.convertUnwritten(inode, 12, 1);
    expect(JSON.stringify(tree)).toBe(before);
  });

  it('caches a whole leaf at its first reading, and only then', () => {
    const { mapping, inode } = mappingOf(true);
    mapping.map(inode, 0, 1, 0);
    expect(cached(inode)).toEqual(['written 0+5', 'hole 5+5', 'unwritten 10+5']);
    mapping.forgetDelayed(inode, 0, 1000);
    mapping.map(inode, 0, 1, 0);
    expect(cached(inode)).toEqual(['written 0+1']);
    mapping.remounted(inode);
    mapping.map(inode, 0, 1, 0);
    expect(cached(inode)).toEqual(['written 0+5', 'hole 5+5', 'unwritten 10+5']);
  });

  it('caches nothing of a leaf where the caller says so', () => {
    const { mapping, inode } = mappingOf(true);
    mapping.map(inode, 10, 1, getBlocks.noCache);
    expect(cached(inode)).toEqual(['unwritten 10+1']);
  });

  it('has the pointers of a block map', () => {
    const { mapping, inode } = mappingOf(false);
    expect(mapping.extents(inode)).toEqual([
      { logical: 0, physical: 700, length: 2, state: 'written' },
      { logical: 11, physical: 750, length: 1, state: 'written' },
      { logical: 12, physical: 900, length: 3, state: 'written' },
    ]);
  });
});
