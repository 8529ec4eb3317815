import type { Mballoc } from '../mballoc.ts';
import type { AllocationOwner } from '../request.ts';
import { preallocationsOf } from './inode-tree.ts';
import { releaseGroupSpace, releaseInodeSpace } from './release.ts';
import type { Preallocation } from './space.ts';

/** ext4_discard_preallocations(): a file gives back what it has not used, the last logical range first. */
export function discardOfInode(mballoc: Mballoc, owner: AllocationOwner): void {
  if (!owner.isRegular) return;
  const tree = preallocationsOf(owner, mballoc.mark);
  mballoc.trace?.({ event: 'ext4_discard_preallocations', ino: owner.ino, len: tree?.count ?? 0 });
  if (tree === null) return;
  const spaces = tree.takeAll();
  for (let i = spaces.length - 1; i >= 0; i--) {
    spaces[i].deleted = true;
    mballoc.groupLists.remove(spaces[i]);
    releaseInodeSpace(mballoc, spaces[i]);
  }
}

/**
 * ext4_mb_discard_preallocations(): when no free clusters are found, every group's preallocations are given back, group
 * by group, until `needed` clusters came together. Returns how many did.
 */
export function discardEverywhere(mballoc: Mballoc, needed: number): number {
  mballoc.trace?.({ event: 'ext4_mb_discard_preallocations', needed });
  const wanted = needed === 0 ? mballoc.layout.clustersPerGroup + 1 : needed;
  let freed = 0;
  for (const group of [...mballoc.groupLists.groups()].sort((a, b) => a - b)) {
    if (freed >= wanted) break;
    freed += discardOfGroup(mballoc, group);
  }
  return freed;
}

/** ext4_mb_discard_group_preallocations(): the oldest first, since the kernel turns its list round on the way. */
function discardOfGroup(mballoc: Mballoc, group: number): number {
  const spaces = mballoc.groupLists.in(group).filter((space) => !space.inUse && !space.deleted);
  let freed = 0;
  for (const space of spaces) {
    space.deleted = true;
    freed += space.free;
    mballoc.groupLists.remove(space);
  }
  if (spaces.length > 0) mballoc.discardSequence++;
  for (const space of spaces) {
    removeFromObject(mballoc, space);
    if (space.kind === 'group') releaseGroupSpace(mballoc, space);
    else releaseInodeSpace(mballoc, space);
  }
  return freed;
}

/** Takes a space out of its inode's tree or the locality group's lists. */
export function removeFromObject(mballoc: Mballoc, space: Preallocation): void {
  if (space.owner === null) mballoc.locality.remove(space);
  else preallocationsOf(space.owner, mballoc.mark)?.remove(space);
}

const localityKeep = 5;
const localityLimit = 8;

/**
 * The second half of ext4_mb_add_n_trim(): a list that grew over 8 gives back its first spaces, those with the fewest
 * free clusters, until 5 are left (ext4_mb_discard_lg_preallocations()).
 */
export function trimLocalityList(mballoc: Mballoc, list: readonly Preallocation[]): void {
  if (list.length <= localityLimit) return;
  const trimmed: Preallocation[] = [];
  let left = list.length;
  for (const space of list) {
    if (space.inUse) continue;
    space.deleted = true;
    trimmed.push(space);
    if (--left <= localityKeep) break;
  }
  for (let i = trimmed.length - 1; i >= 0; i--) {
    mballoc.locality.remove(trimmed[i]);
    mballoc.groupLists.remove(trimmed[i]);
    releaseGroupSpace(mballoc, trimmed[i]);
  }
}
