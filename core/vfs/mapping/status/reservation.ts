import { assert } from '../../../assert.ts';
import { clusterEnd, clusterOf, clusterStart } from '../cluster.ts';
import type { MappedFile } from '../file.ts';
import { maxBlocks } from '../limits.ts';
import { ReservedCount } from './reserved.ts';
import type { RunState } from './runs.ts';

const isDelayed = (state: RunState): boolean => state === 'delayed';

/**
 * Records a mapping or a hole, over whatever was known of the blocks, and settles the reservations of delayed blocks
 * that became allocated (extents_status.c: ext4_es_insert_extent()).
 */
export function recordStatus(
  file: MappedFile,
  logical: number,
  length: number,
  physical: number,
  state: Exclude<RunState, 'delayed'>,
): void {
  if (length === 0) return;
  let used = removeCounted(file, logical, logical + length - 1);
  file.status.add(logical, length, physical, state);
  const { geometry, options } = file.mount;
  if (geometry.clusterRatio > 1 && options.delayedAllocation && state !== 'hole') {
    used += revisePending(file, logical, logical + length - 1);
  }
  if (used > 0) useReservation(file, used);
}

/** Forgets [logical, logical + length) and gives reservations back (extents_status.c: ext4_es_remove_extent()). */
export function forgetStatus(file: MappedFile, logical: number, length: number): void {
  if (length <= 0) return;
  releaseReservation(file, removeCounted(file, logical, Math.min(logical + length, maxBlocks) - 1));
}

/** Records delayed blocks, whose clusters are reserved already (ext4_es_insert_delayed_extent()). */
export function recordDelayed(
  file: MappedFile,
  logical: number,
  length: number,
  allocated: { readonly first: boolean; readonly last: boolean },
): void {
  const { geometry } = file.mount;
  const last = logical + length - 1;
  file.status.remove(logical, last);
  file.status.add(logical, length, 0, 'delayed');
  if (allocated.first) file.pending.add(clusterOf(geometry, logical));
  if (allocated.last) file.pending.add(clusterOf(geometry, last));
}

/** ext4_da_update_reserve_space(): so many reserved clusters are allocated now. */
function useReservation(file: MappedFile, clusters: number): void {
  releaseReservation(file, clusters);
  if (file.reservedClusters === 0 && file.inode.openWriters === 0) {
    file.mount.allocator.discardPreallocations(file.inode);
  }
}

/** ext4_da_release_space(). */
function releaseReservation(file: MappedFile, clusters: number): void {
  if (clusters === 0) return;
  assert(clusters > 0 && clusters <= file.reservedClusters, 'only what is reserved can be given back');
  file.reservedClusters -= clusters;
  file.mount.allocator.releaseDelayed(clusters);
}

/** __es_remove_extent() with its count of reservations that go. */
function removeCounted(file: MappedFile, first: number, last: number): number {
  const { geometry, options } = file.mount;
  // With bigalloc, delayed blocks in allocated clusters are pending, not reserved.
  const nothingToCount = geometry.clusterRatio === 1 && file.reservedClusters === 0;
  if (!options.delayedAllocation || nothingToCount) {
    file.status.remove(first, last);
    return 0;
  }
  const count = new ReservedCount(geometry);
  file.status.remove(first, last, (piece, run) => count.count(piece.logical, piece.length, run));
  return count.released(file.status, file.pending, first, last);
}

/**
 * Makes or cancels pending reservations of the clusters at the ends of a newly allocated range, by what is delayed in
 * them outside of it (__revise_pending()). Returns how many were made.
 */
function revisePending(file: MappedFile, first: number, last: number): number {
  const { geometry } = file.mount;
  const { status, pending } = file;
  const head = clusterStart(geometry, first);
  const tail = clusterEnd(geometry, last);
  const delayedBefore = head !== first && status.any(head, first - 1, isDelayed);
  const delayedBehind = (): boolean => tail !== last && status.any(last + 1, tail, isDelayed);
  const set = (block: number, delayed: boolean): number => {
    const cluster = clusterOf(geometry, block);
    if (delayed) return pending.add(cluster);
    pending.remove(cluster);
    return 0;
  };
  if (clusterOf(geometry, first) === clusterOf(geometry, last))
    return set(head, delayedBefore || delayedBehind());
  return set(head, delayedBefore) + set(tail, delayedBehind());
}
