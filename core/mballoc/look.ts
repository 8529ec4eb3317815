import { findNextClear, findNextSet, wordsOfBytes } from './bits.ts';
import type { GroupSource } from './group-source.ts';
import { chunkOrder } from './groups.ts';
import type { Mballoc } from './mballoc.ts';

/** A run of clusters of one group, by the block at which it begins. */
export interface SeenRun {
  readonly physical: number;
  readonly clusters: number;
}

/** An unused part of a preallocation. */
export interface SeenPreallocation extends SeenRun {
  readonly kind: 'inode' | 'group';
  /** Inode number; 0 for a locality group's. */
  readonly ino: number;
  /** The logical block that its first cluster is kept for; null for a locality group's. */
  readonly logical: number | null;
}

/** What the allocator's memory holds of one group. Looking changes nothing: no buddy is initialised for it. */
export interface SeenGroup {
  /** Runs that the buddy counts as free, ascending. */
  readonly free: readonly SeenRun[];
  readonly preallocations: readonly SeenPreallocation[];
  /** Freed, and waiting for a commit. */
  readonly waiting: readonly SeenRun[];
}

export function lookAtGroup(mballoc: Mballoc, source: GroupSource, group: number): SeenGroup {
  const { groups, layout, groupLists, pending } = mballoc;
  const run = (cluster: number, clusters: number): SeenRun => {
    return { physical: layout.blockAt(group, cluster), clusters };
  };
  const count = layout.clustersIn(group);
  const runs = groups.isLoaded(group)
    ? clearRuns(groups.load(group), count)
    : freeRunsOfBitmap(source.blockBitmap(group), count);
  const free = runs.map(([cluster, clusters]) => run(cluster, clusters));
  const preallocations: SeenPreallocation[] = [];
  for (const space of groupLists.in(group)) {
    const { kind, owner, logical, cluster } = space;
    space.forEachUnused((at, clusters) => {
      const whose =
        kind === 'inode'
          ? { ino: owner?.ino ?? 0, logical: logical + layout.blocksFor(at - cluster) }
          : { ino: 0, logical: null };
      preallocations.push({ ...run(at, clusters), kind, ...whose });
    });
  }
  const waiting = pending
    .all()
    .filter((one) => one.group === group)
    .map((one) => run(one.start, one.count))
    .sort((left, right) => left.physical - right.physical);
  return { free, preallocations, waiting };
}

/** Runs of free clusters in a group's bitmap (one bit per cluster, low bit first) as [first, length], ascending. */
export function freeRunsOfBitmap(bitmap: Uint8Array, clusters: number): [first: number, length: number][] {
  return clearRuns(wordsOfBytes(bitmap, (clusters + 31) >>> 5), clusters);
}

function clearRuns(words: Int32Array, count: number): [first: number, length: number][] {
  const runs: [number, number][] = [];
  for (let at = findNextClear(words, count, 0); at < count;) {
    const end = findNextSet(words, count, at);
    runs.push([at, end - at]);
    at = findNextClear(words, count, end);
  }
  return runs;
}

/**
 * The buddies that a free run of a group consists of, as ext4_mb_mark_free_simple() enters it: there is but one way to
 * cut a run into the largest aligned powers of two, and frees and allocations both keep to it.
 */
export function buddiesOfRun(
  first: number,
  length: number,
  orders: number,
): [cluster: number, order: number][] {
  const buddies: [number, number][] = [];
  for (let at = first, rest = length; rest > 0;) {
    const order = chunkOrder(at, rest, orders);
    buddies.push([at, order]);
    at += 2 ** order;
    rest -= 2 ** order;
  }
  return buddies;
}
