import { assertExists } from '../../../assert.ts';
import { NotModelled } from '../../../errno.ts';
import type { Inode } from '../../inode.ts';
import { hashOfName, hashVersions } from './hash.ts';
import { nodeLimit, nodePairs, rootInfo, rootLimit, rootPairs, type IndexPairs } from './index-node.ts';
import type { Name } from './name.ts';
import { blockOf, damagedDirectory, type DirectoryContext } from './state.ts';

/** One index block on the way down, and the pair taken there (struct dx_frame). */
export interface Frame {
  pairs: IndexPairs;
  at: number;
}

/** The way from the root to the leaf where a name's hash belongs. */
export interface Path {
  readonly hash: number;
  /** Version with which this directory's names are hashed, signedness included. */
  readonly hashVersion: number;
  /** The root first. */
  readonly frames: Frame[];
}

/**
 * Descends the hash index of a directory to where `name` belongs (fs/ext4/namei.c: dx_probe()). The kernel gives up
 * where the index is damaged; here that is DamagedImage.
 */
export function probe(context: DirectoryContext, directory: Inode, name: Name): Path {
  const root = blockOf(context, directory, 0);
  const info = rootInfo(root);
  const hashVersion = effectiveVersion(context, info.hashVersion);
  const hash = hashOfName(name.bytes, hashVersion, context.hashSeed);
  if ((info.flags & 1) !== 0) throw damagedDirectory(directory, 0, `hash flags ${info.flags} are not known`);
  if (info.indirectLevels >= context.maxLevels) {
    throw damagedDirectory(
      directory,
      0,
      `${info.indirectLevels} levels are more than this filesystem's features allow`,
    );
  }
  const frames: Frame[] = [];
  const visited = new Set([0]);
  let logical = 0;
  for (let level = 0; level <= info.indirectLevels; level++) {
    const block = blockOf(context, directory, logical);
    const pairs = level === 0 ? rootPairs(block) : nodePairs(block);
    checkPairs(
      directory,
      logical,
      pairs,
      level === 0 ? rootLimit(context.format) : nodeLimit(context.format),
    );
    const at = pairs.search(hash);
    frames.push({ pairs, at });
    logical = pairs.blockAt(at);
    if (visited.has(logical)) throw damagedDirectory(directory, logical, 'the index runs in a circle');
    visited.add(logical);
  }
  return { hash, hashVersion, frames };
}

/** The frame right above the leaves. */
export function lowest(path: Path): Frame {
  return assertExists(path.frames.at(-1), 'frame above the leaves');
}

/** Logical block of the leaf that the path ends at. */
export function leafOf(path: Path): number {
  const { pairs, at } = lowest(path);
  return pairs.blockAt(at);
}

/**
 * Moves the path on to the next leaf if names of the same hash go on there (ext4_htree_next_block()). False where
 * they do not.
 */
export function nextLeafOfHash(context: DirectoryContext, directory: Inode, path: Path): boolean {
  const { frames } = path;
  let level = frames.length - 1;
  while (++frames[level].at >= frames[level].pairs.count) {
    if (level === 0) return false;
    level--;
  }
  const { pairs, at } = frames[level];
  if ((pairs.hash(at) & ~1) >>> 0 !== path.hash) return false;
  for (; level < frames.length - 1; level++) {
    const above = frames[level];
    const node = nodePairs(blockOf(context, directory, above.pairs.blockAt(above.at)));
    frames[level + 1] = { pairs: node, at: 0 };
  }
  return true;
}

/** The version on disk says which hash; whether characters are signed is the whole filesystem's. */
export function effectiveVersion(context: DirectoryContext, version: number): number {
  if (version > hashVersions.tea) throw new NotModelled(`directory index with hash version ${version}`);
  return version + context.unsignedShift;
}

function checkPairs(directory: Inode, logical: number, pairs: IndexPairs, limit: number): void {
  if (pairs.limit !== limit)
    throw damagedDirectory(directory, logical, `index limit is ${pairs.limit}, not ${limit}`);
  if (pairs.count === 0 || pairs.count > limit) {
    throw damagedDirectory(directory, logical, `index count ${pairs.count} is not within 1 to ${limit}`);
  }
}
