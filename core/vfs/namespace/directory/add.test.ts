import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refused } from '../../../errno.ts';
import { sampleFeatures, sampleGeometry } from '../../../../test/support/sample-filesystem.ts';
import type { Features } from '../../../ext4/geometry.ts';
import type { Inode } from '../../inode.ts';
import { newInode } from '../inode-state.ts';
import { addEntry, removeEntry } from './add.ts';
import { append } from './append.ts';
import { writeDots } from './block.ts';
import { fileTypes } from './entries.ts';
import { findEntry } from './find.ts';
import { hashOfName } from './hash.ts';
import { nodePairs, rootInfo, rootPairs, type IndexPairs } from './index-node.ts';
import { startInline } from './inline.ts';
import { nameOfBytes, type Name } from './name.ts';
import { emptyState, isIndexed, stateOf, type DirectoryContext } from './state.ts';

/** A filesystem of 1 KiB blocks that has `free` of them left for directories. */
function contextOf(changed: Partial<Features> = {}, free = Infinity): DirectoryContext {
  const geometry = sampleGeometry({ blockSizeBits: 10, features: { ...sampleFeatures, ...changed } });
  let given = 0;
  return {
    fs: {
      geometry,
      mapping: {
        map: () => {
          if (given === free) throw new Refused('ENOSPC', 'no block is left');
          return { state: 'written', physical: 1000 + given++, length: 1, isNew: true };
        },
        createEmpty: () => undefined,
      },
    },
    volume: {
      inode: () => expect.unreachable('nothing is on disk'),
      directoryBlocks: () => expect.unreachable('nothing is on disk'),
    },
    behaviour: { splitFix: true },
    nameHashes: null,
    format: { blockBytes: 1024, tailBytes: geometry.features.metadataCsum ? 12 : 0 },
    hashSeed: [1, 2, 3, 4],
    defaultHashVersion: 1,
    unsignedShift: 0,
    maxLevels: geometry.features.largeDir ? 3 : 2,
    extraIsizeBytes: 32,
  };
}

function makeDirectory(context: DirectoryContext): Inode {
  const { extents, inlineData } = context.fs.geometry.features;
  const directory = newInode({
    ino: 11,
    group: 0,
    isDirectory: true,
    parentFlags: 0,
    usesExtents: extents,
    mayBeInline: inlineData,
  });
  directory.directory = emptyState();
  if (inlineData && startInline(context, directory, 2)) return directory;
  writeDots(append(context, directory).block, context.format, 11, 2, fileTypes.directory);
  return directory;
}

function nameOf(text: string): Name {
  return nameOfBytes(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function add(context: DirectoryContext, directory: Inode, text: string, ino = 12): void {
  addEntry(context, directory, { name: nameOf(text), ino, fileType: fileTypes.regular });
}

/** Leaves below an index node in order, with the hashes that they may hold: from `low` on, below `high`. */
function leavesOf(
  context: DirectoryContext,
  directory: Inode,
  pairs: IndexPairs,
  levels: number,
  range: [low: number, high: number],
): { logical: number; low: number; high: number }[] {
  const { blocks } = stateOf(context, directory);
  return Array.from({ length: pairs.count }, (_, at) => {
    const low = at === 0 ? range[0] : pairs.hash(at);
    const high = at + 1 < pairs.count ? pairs.hash(at + 1) : range[1];
    const logical = pairs.blockAt(at);
    if (levels === 0) return [{ logical, low, high }];
    const node = blocks[logical];
    if (node === undefined) return expect.unreachable('the index names blocks that are there');
    return leavesOf(context, directory, nodePairs(node), levels - 1, [low, high]);
  }).flat();
}

/** Every entry of an indexed directory lies in the leaf that its hash belongs to. Answers how many there are. */
function checkIndex(context: DirectoryContext, directory: Inode): number {
  const { blocks } = stateOf(context, directory);
  const root = blocks[0];
  if (root === undefined) return expect.unreachable('an indexed directory has a root');
  const leaves = leavesOf(context, directory, rootPairs(root), rootInfo(root).indirectLevels, [0, 2 ** 32]);
  let entries = 0;
  for (const { logical, low, high } of leaves) {
    const block = blocks[logical];
    block?.forEachUsed((offset) => {
      const hash = hashOfName(block.nameBytes(offset), 1, context.hashSeed);
      entries++;
      // A leaf that continues the one before begins with an odd hash: the even one of the name is still its own.
      if (hash < (low & ~1) >>> 0 || hash > high)
        expect.unreachable(`hash ${hash} is outside of ${low} to ${high}`);
    });
  }
  expect(new Set(leaves.map(({ logical }) => logical)).size).toBe(leaves.length);
  return entries;
}

describe('addEntry', () => {
  it('gives a directory an index once its first block is full, of three blocks at once', () => {
    const context = contextOf();
    const directory = makeDirectory(context);
    for (let i = 0; directory.sizeBytes === 1024; i++) add(context, directory, `file-${i}`);
    expect(directory.sizeBytes).toBe(3 * 1024);
    expect(isIndexed(context, directory)).toBe(true);
    // 1024 − 12 bytes of tail − 24 of dots hold 61 entries of 16 bytes; the next one made the index.
    expect(checkIndex(context, directory)).toBe(62);
  });

  it('appends blocks where the filesystem has no index', () => {
    const context = contextOf({ dirIndex: false });
    const directory = makeDirectory(context);
    for (let i = 0; i < 200; i++) add(context, directory, `file-${i}`);
    expect(isIndexed(context, directory)).toBe(false);
    expect(directory.sizeBytes).toBe(4 * 1024);
  });

  it('adds a level to the index where the root is full', () => {
    const context = contextOf();
    const directory = makeDirectory(context);
    for (let i = 0; i < 3000; i++) add(context, directory, `${i}-`.padEnd(60, 'x'));
    const root = stateOf(context, directory).blocks[0];
    expect(root && rootInfo(root).indirectLevels).toBe(1);
    expect(checkIndex(context, directory)).toBe(3000);
  });

  it('refuses with ENOSPC where the index can grow no more, unless the filesystem has large directories', () => {
    const fill = (context: DirectoryContext): number => {
      const directory = makeDirectory(context);
      for (let i = 0; i < 50_000; i++) {
        try {
          add(context, directory, `${i}-`.padEnd(255, 'x'));
        } catch (error) {
          expect(error).toMatchObject({ errno: 'ENOSPC' });
          return checkIndex(context, directory);
        }
      }
      return Infinity;
    };
    expect(fill(contextOf())).toBeLessThan(123 * 126 * 3);
    expect(fill(contextOf({ largeDir: true }))).toBe(Infinity);
  });

  it('keeps the index where only the split finds no block', () => {
    const context = contextOf({}, 2);
    const directory = makeDirectory(context);
    let held = 0;
    expect(() => {
      for (; ; held++) add(context, directory, `file-${held}`);
    }).toThrow('ENOSPC');
    expect(isIndexed(context, directory)).toBe(true);
    expect(directory.sizeBytes).toBe(2 * 1024);
    expect(checkIndex(context, directory)).toBe(held);
  });

  it('fills an inline directory before it gets a block', () => {
    const context = contextOf({ inlineData: true });
    const directory = makeDirectory(context);
    const sizes = Array.from({ length: 11 }, (_, i) => {
      add(context, directory, `f${i}`);
      return directory.sizeBytes;
    });
    // 56 bytes hold four entries of 12, the attribute's 68 five; the tenth moves all of them out.
    expect(sizes).toEqual([60, 60, 60, 60, 128, 128, 128, 128, 128, 1024, 1024]);
    expect(findEntry(context, directory, nameOf('f0'))).not.toBeNull();
    expect(findEntry(context, directory, nameOf('f9'))).not.toBeNull();
    expect(directory.usesExtents && !directory.inlineData).toBe(true);
  });

  it('stays inline where there is no block to move to', () => {
    const context = contextOf({ inlineData: true }, 0);
    const directory = makeDirectory(context);
    for (let i = 0; i < 9; i++) add(context, directory, `f${i}`);
    expect(() => {
      add(context, directory, 'f9');
    }).toThrow('ENOSPC');
    expect(directory).toMatchObject({ inlineData: true, usesExtents: false, sizeBytes: 128 });
    expect(findEntry(context, directory, nameOf('f8'))).not.toBeNull();
  });

  it.each([{}, { metadataCsum: false }, { dirIndex: false }, { inlineData: true }, { largeDir: true }])(
    'finds exactly what was added and not removed: %o',
    (changed) => {
      const step = fc.record({
        adds: fc.integer({ min: 0, max: 9 }),
        name: fc.stringMatching(/^[a-e]{1,6}$/),
      });
      fc.assert(
        fc.property(fc.array(step, { minLength: 50, maxLength: 500 }), (steps) => {
          const context = contextOf(changed);
          const directory = makeDirectory(context);
          const held = new Map<string, number>();
          steps.forEach(({ adds, name }, i) => {
            const found = findEntry(context, directory, nameOf(name));
            expect(found?.ino).toBe(held.get(name));
            if (found === null && adds > 2) {
              add(context, directory, name, i + 12);
              held.set(name, i + 12);
            } else if (found !== null && adds <= 2) {
              removeEntry(context, directory, nameOf(name), found);
              held.delete(name);
            }
          });
          for (const [name, ino] of held) expect(findEntry(context, directory, nameOf(name))?.ino).toBe(ino);
          if (isIndexed(context, directory)) expect(checkIndex(context, directory)).toBe(held.size);
        }),
        { numRuns: 30 },
      );
    },
  );
});
