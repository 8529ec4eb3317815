import { DamagedImage } from '../ext4/damaged.ts';
import { freeClusters } from './buddy-free.ts';
import type { Mballoc } from './mballoc.ts';
import { type AllocationOwner, freeFlags } from './request.ts';

/**
 * ext4_free_blocks(): widens or narrows the range to whole clusters, as the flags say for a cluster that begins or ends
 * outside it, and frees it group by group.
 */
export function freeBlocks(
  mballoc: Mballoc,
  owner: AllocationOwner | null,
  physical: number,
  length: number,
  flags: number,
): void {
  mballoc.trace?.({
    event: 'ext4_free_blocks',
    ino: owner?.ino ?? 0,
    block: physical,
    count: length,
    flags: flags | freeFlags.validated,
  });
  const { clusterRatio, firstDataBlock, blocksCount } = mballoc.layout;
  if (physical < firstDataBlock || physical + length > blocksCount) {
    throw new DamagedImage(
      `blocks of inode ${String(owner?.ino ?? 0)}`,
      physical,
      'lie outside the filesystem',
    );
  }
  let block = physical;
  let count = length;
  const before = block % clusterRatio;
  if (before > 0) {
    if ((flags & freeFlags.noFreeFirstCluster) !== 0) {
      block += clusterRatio - before;
      count -= clusterRatio - before;
    } else {
      block -= before;
      count += before;
    }
  }
  if (count <= 0) return;
  const behind = count % clusterRatio;
  if (behind > 0) {
    count += (flags & freeFlags.noFreeLastCluster) !== 0 ? -behind : clusterRatio - behind;
  }
  if (count <= 0) return;
  clearByGroup(mballoc, owner, block, count, flags);
}

/** ext4_mb_clear_bb(). */
function clearByGroup(
  mballoc: Mballoc,
  owner: AllocationOwner | null,
  physical: number,
  length: number,
  flags: number,
): void {
  const { layout } = mballoc;
  const waits = waitsForCommit(mballoc, owner, flags);
  let block = physical;
  let rest = length;
  while (rest > 0) {
    const group = layout.groupOf(block);
    const cluster = layout.clusterOf(block);
    const count = Math.min(rest, layout.blocksPerGroup - layout.blocksFor(cluster));
    clearInGroup(mballoc, owner, group, cluster, layout.clustersFor(count), waits);
    if ((flags & freeFlags.rereserveCluster) === 0) {
      mballoc.claims.free.add(layout.clustersFor(count));
    }
    block += count;
    rest -= count;
  }
}

function clearInGroup(
  mballoc: Mballoc,
  owner: AllocationOwner | null,
  group: number,
  cluster: number,
  count: number,
  waits: boolean,
): void {
  mballoc.trace?.({
    event: 'ext4_mballoc_free',
    ino: owner?.ino ?? 0,
    result_group: group,
    result_start: cluster,
    result_len: count,
  });
  mballoc.groups.load(group);
  mballoc.claims.changeGroup(group, -count);
  if (waits) {
    mballoc.pending.add(group, cluster, count);
    return;
  }
  giveBack(mballoc, group, cluster, count);
}

/**
 * With a journal freed blocks come back only when the freeing is committed; data of a regular file in data=writeback
 * mode comes back at once (ext4_should_writeback_data()).
 */
function waitsForCommit(mballoc: Mballoc, owner: AllocationOwner | null, flags: number): boolean {
  if (!mballoc.geometry.features.hasJournal) return false;
  if ((flags & freeFlags.metadata) !== 0) return true;
  return !(mballoc.options.dataMode === 'writeback' && owner?.isRegular === true);
}

/** ext4_process_freed_data(): a commit is on disk, and what it freed becomes free. True if anything was. */
export function processFreed(mballoc: Mballoc): boolean {
  const frees = mballoc.pending.takeCommitted();
  for (const { group, start, count } of frees) giveBack(mballoc, group, start, count);
  return frees.length > 0;
}

/** Clusters are free again in their group's buddy (mb_free_blocks()); a search that failed may now be tried again. */
export function giveBack(mballoc: Mballoc, group: number, cluster: number, count: number): void {
  freeClusters(mballoc.groups, group, cluster, count);
  mballoc.discardSequence++;
}
