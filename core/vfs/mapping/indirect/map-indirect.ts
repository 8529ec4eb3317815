import { assert, assertExists } from '../../../assert.ts';
import { Refused } from '../../../errno.ts';
import { hints, type AllocationRequest } from '../../../mballoc/request.ts';
import { getBlocks } from '../../filesystem.ts';
import { rememberHole } from '../extents/hole.ts';
import type { BlockFile } from '../file.ts';
import { maxBlocks } from '../limits.ts';
import { inodeGoal } from '../goal.ts';
import { found, type MapRequest } from '../request.ts';
import { allocateBranch } from './allocate-branch.ts';
import { pointersPerBlock } from './block-map.ts';
import { blockPath, getBranch, type BlockPath, type Link } from './branch.ts';

/**
 * Looks a run of blocks up in the block map of an inode without extents, and allocates as `flags` ask
 * (fs/ext4/indirect.c: ext4_ind_map_blocks()). Returns the blocks mapped, 0 for a hole. Throws Refused.
 */
export function mapIndirect(file: BlockFile, request: MapRequest, flags: number): number {
  const path = blockPath(file.mount.geometry, request.logical);
  if (path === null) throw new Refused('EIO', 'a block that the block map cannot reach');
  const branch = getBranch(file.map, path.slots);
  const last = assertExists(branch.at(-1), 'a branch has links');
  if (last.key !== 0) return answer(request, last.key, mappedLength(last, request.length, path.toBoundary));
  if (!(flags & getBlocks.create)) {
    request.physical = 0;
    let hole = holeLength(file, branch, path);
    if (file.behaviour.indirectHoles === 'cached') {
      hole = rememberHole(
        file,
        request.logical,
        request.logical,
        Math.min(hole, maxBlocks - request.logical),
      );
    }
    request.length = Math.min(request.length, hole);
    return 0;
  }
  assert(file.mount.geometry.clusterRatio === 1, 'bigalloc has no files without extents');

  const missing = path.slots.length - branch.length;
  const length = lengthToAllocate(last, missing, request.length, path.toBoundary);
  const given = allocateBranch(
    file,
    last,
    path.slots.slice(branch.length),
    requestFor(file, last, request, length, flags),
  );
  request.flags |= found.isNew;
  return answer(request, given.physical, given.length);
}

function answer(request: MapRequest, physical: number, length: number): number {
  request.flags |= found.mapped;
  request.physical = physical;
  request.length = length;
  return length;
}

function mappedLength(link: Link, wanted: number, toBoundary: number): number {
  let count = 1;
  while (count < wanted && count <= toBoundary && link.block.at(link.slot + count) === link.key + count)
    count += 1;
  return count;
}

/** Blocks without a mapping from here on, as far as the missing subtree reaches. */
function holeLength(file: BlockFile, branch: readonly Link[], path: BlockPath): number {
  const pointers = pointersPerBlock(file.mount.geometry);
  let count = 0;
  for (const slot of path.slots.slice(branch.length)) count = count * pointers + (pointers - slot - 1);
  return count + 1;
}

/** Data blocks that one allocation may bring: holes in a row, within one block of pointers (ext4_blks_to_allocate()). */
function lengthToAllocate(link: Link, missing: number, wanted: number, toBoundary: number): number {
  if (missing > 0) return Math.min(wanted, toBoundary + 1);
  let count = 1;
  while (count < wanted && count <= toBoundary && link.block.at(link.slot + count) === 0) count += 1;
  return count;
}

function requestFor(
  file: BlockFile,
  link: Link,
  request: MapRequest,
  length: number,
  flags: number,
): AllocationRequest {
  let hint = file.inode.isRegular ? hints.data : 0;
  if (flags & getBlocks.delallocReserved) hint |= hints.delallocReserved;
  if (flags & getBlocks.metadataNoFail) hint |= hints.useReserved;
  return {
    owner: file.inode,
    logical: request.logical,
    length,
    goal: branchGoal(file, link),
    leftLogical: 0,
    leftPhysical: 0,
    rightLogical: 0,
    rightPhysical: 0,
    flags: hint,
  };
}

/** Near the closest pointer on the left, else near the block of pointers, else in the inode's group (ext4_find_goal(), ext4_find_near()). */
function branchGoal(file: BlockFile, link: Link): number {
  for (let slot = link.slot - 1; slot >= 0; slot--) {
    const pointer = link.block.at(slot);
    if (pointer !== 0) return pointer;
  }
  const goal = link.block.physical ?? inodeGoal(file.mount, file.inode);
  const addressable = 2 ** 32;
  return ((goal % addressable) + addressable) % addressable;
}
