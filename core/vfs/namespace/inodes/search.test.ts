import { describe, expect, it } from 'vitest';
import { sampleGeometry } from '../../../../test/support/sample-filesystem.ts';
import type { GroupDescriptor } from '../../../ext4/index.ts';
import { newInode } from '../inode-state.ts';
import { InodeGroups } from './groups.ts';
import { takeInode, type TakenInode } from './new-inode.ts';
import type { SearchContext } from './search.ts';

interface Shape {
  readonly groups: number;
  readonly flexSize: number;
  readonly inodesPerGroup?: number;
  /** Free clusters by group; 1000 where nothing is said. */
  readonly freeClusters?: readonly number[];
}

/** A fresh filesystem: the first ten inodes of group 0 are reserved, the eleventh is lost+found. */
function contextOf({ groups, flexSize, inodesPerGroup = 64, freeClusters = [] }: Shape): SearchContext {
  const geometry = sampleGeometry({
    groupCount: groups,
    flexSize,
    inodesPerGroup,
    inodesCount: groups * inodesPerGroup,
    clustersPerGroup: 1024,
  });
  const clustersOf = (group: number): number => freeClusters[group] ?? 1000;
  const clustersFrom = (first: number, count: number): number =>
    Array.from({ length: count }, (_, i) => (first + i < groups ? clustersOf(first + i) : 0)).reduce(
      (a, b) => a + b,
      0,
    );
  const allocator = {
    freeClustersRead: clustersFrom(0, groups),
    freeClustersOfGroup: clustersOf,
    freeClustersOfFlexGroup: (flex: number) => clustersFrom(flex * flexSize, flexSize),
    initialiseBlockBitmap: () => undefined,
  };
  const source = {
    geometry,
    descriptor: (group: number) =>
      ({
        freeInodes: group === 0 ? inodesPerGroup - 11 : inodesPerGroup,
        usedDirectories: group === 0 ? 2 : 0,
        unusedInodes: group === 0 ? inodesPerGroup - 11 : inodesPerGroup,
        inodeUninit: group > 0,
      }) as GroupDescriptor,
    inodeBitmap: (group: number) => {
      const bitmap = new Uint8Array(inodesPerGroup / 8);
      if (group === 0) bitmap.set([0xff, 0x07]);
      return bitmap;
    },
  };
  return { geometry, groups: new InodeGroups(source, 2), allocator };
}

function directory(group: number, ino = 2) {
  return newInode({ ino, group, isDirectory: true, parentFlags: 0, usesExtents: true, mayBeInline: false });
}

const seed = [0x4c3d2e1f, 0x88796a5b, 0xefcdab90, 0x67452301] as const;

function makeTop(context: SearchContext, root: ReturnType<typeof directory>, name: string): TakenInode {
  const bytes = Uint8Array.from(name, (character) => character.charCodeAt(0));
  return takeInode(context, root, { isDirectory: true, top: { name: bytes, hashSeed: seed }, goal: 0 });
}

/** Names whose half MD4 under {@link seed} (see hash.test.ts) is 0 or 2 modulo 4, and the group that each gets in turn. */
const topNames = [
  { name: 'f1999', group: 4 },
  { name: 'abcd', group: 8 },
  { name: 'abc', group: 12 },
  { name: 'a', group: 4 },
  { name: 'abc', group: 8 },
];

const file = { isDirectory: false, top: null, goal: 0 };
const nested = { isDirectory: true, top: null, goal: 0 };

describe('takeInode', () => {
  it('takes the first free inode of the directory’s flexible group, group by group', () => {
    const context = contextOf({ groups: 8, flexSize: 4 });
    const root = directory(0);
    const taken = Array.from({ length: 60 }, () => takeInode(context, root, file).ino);
    expect(taken[0]).toBe(12);
    expect(taken[52]).toBe(64);
    expect(taken[53]).toBe(65);
    expect(root.lastAllocationGroup).toBe(1);
  });

  it('goes on in another flexible group once the directory’s is full, and looks there first from then on', () => {
    const context = contextOf({ groups: 8, flexSize: 4 });
    const parent = directory(4, 300);
    const taken = Array.from({ length: 4 * 64 + 2 }, () => takeInode(context, parent, file));
    expect(taken[4 * 64 - 1]?.group).toBe(7);
    expect(taken.slice(-2)).toEqual([
      { ino: 12, group: 0 },
      { ino: 13, group: 0 },
    ]);
    expect(parent.lastAllocationGroup).toBe(0);
  });

  it('starts directories of the top level at their name’s hash', () => {
    const context = contextOf({ groups: 16, flexSize: 4, inodesPerGroup: 256 });
    const root = directory(0);
    const groups = topNames.map(({ name }) => makeTop(context, root, name).group);
    // Flexible group 0 holds the reserved inodes and so has fewer free than average. The others get one each; then the
    // first from the hash on wins among those with as many.
    expect(groups).toEqual(topNames.map(({ group }) => group));
  });

  it('puts no directory of the top level where there is less room than on average', () => {
    const freeClusters = [1000, 1000, 1000, 10];
    const context = contextOf({ groups: 4, flexSize: 1, inodesPerGroup: 256, freeClusters });
    const root = directory(0);
    const groups = Array.from({ length: 4 }, (_, i) => makeTop(context, root, `d${i}`).group);
    expect(new Set(groups)).toEqual(new Set([1, 2]));
  });

  it('keeps nested directories near their parent', () => {
    const context = contextOf({ groups: 8, flexSize: 4 });
    expect(takeInode(context, directory(4, 257), nested)).toEqual({ ino: 257, group: 4 });
  });

  it('passes over groups with too many directories', () => {
    const context = contextOf({ groups: 4, flexSize: 1, inodesPerGroup: 64 });
    const parent = directory(1, 65);
    const groups = Array.from({ length: 8 }, () => takeInode(context, parent, nested).group);
    // max_dirs = 2 / 4 + 64 / 16 = 4, and grows only as the counter folds (by 32).
    expect(groups).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('without flexible groups jumps from a place of the directory’s own', () => {
    const context = contextOf({ groups: 8, flexSize: 1, freeClusters: [1000, 0, 0, 1000, 0, 0, 1000, 0] });
    // (1 + 66) mod 8 = 3, then 3 + 1 = 4 (no blocks), 4 + 2 = 6.
    expect(takeInode(context, directory(1, 66), file).group).toBe(6);
  });

  it('without flexible groups takes an inode where there are no blocks, if all groups are so', () => {
    const context = contextOf({ groups: 4, flexSize: 1, freeClusters: [0, 0, 0, 0] });
    expect(takeInode(context, directory(2, 130), file).group).toBe(3);
  });

  it('begins at a goal where one is set', () => {
    const context = contextOf({ groups: 4, flexSize: 4 });
    expect(takeInode(context, directory(0), { ...file, goal: 100 })).toEqual({ ino: 100, group: 1 });
  });

  it('refuses with ENOSPC where no inode is free, and takes a freed one again at once', () => {
    const context = contextOf({ groups: 2, flexSize: 2, inodesPerGroup: 16 });
    const root = directory(0);
    for (let i = 0; i < 21; i++) takeInode(context, root, file);
    expect(() => takeInode(context, root, file)).toThrow('ENOSPC');
    expect(context.groups.freeInodesTotal).toBe(0);
    context.groups.release(1, 4, false);
    expect(takeInode(context, root, file)).toEqual({ ino: 21, group: 1 });
  });

  it('counts what was never used from the last inode in use', () => {
    const context = contextOf({ groups: 2, flexSize: 2 });
    expect(context.groups.unusedInodes(1)).toBe(64);
    takeInode(context, directory(0), { ...file, goal: 64 + 10 });
    expect(context.groups.unusedInodes(1)).toBe(54);
    takeInode(context, directory(0), { ...file, goal: 64 + 3 });
    expect(context.groups.unusedInodes(1)).toBe(54);
  });
});
