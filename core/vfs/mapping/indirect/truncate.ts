import { forgetStatus } from '../status/reservation.ts';
import type { BlockFile } from '../file.ts';
import { maxBlocks, maxIndirectBlocks } from '../limits.ts';
import { directCount, doubleSlot, singleSlot, tripleSlot } from './block-map.ts';
import { blockPath } from './branch.ts';
import { freeBranches, freeData } from './free-branches.ts';
import { findShared, freeRightOf, freeTop } from './shared.ts';

/** Frees everything from logical block `from` on (fs/ext4/indirect.c: ext4_ind_truncate()). */
export function truncateIndirect(file: BlockFile, from: number): void {
  const limit = maxIndirectBlocks(file.mount.geometry);
  const path = from === limit ? null : blockPath(file.mount.geometry, from);
  if (from !== limit && path === null) return;
  forgetStatus(file, from, maxBlocks - from);
  if (path === null) return;

  const top = path.slots[0] ?? 0;
  if (path.slots.length === 1) {
    freeData(file, file.map, top, directCount);
  } else {
    const branch = findShared(file, path.slots);
    if (branch.hasTop) freeTop(file, branch);
    for (; branch.at > 0; branch.at--) freeRightOf(file, branch);
  }
  freeWholeSubtrees(file, top, tripleSlot);
}

/** Frees the inode's indirect subtrees behind slot `after`, up to slot `last`. */
export function freeWholeSubtrees(file: BlockFile, after: number, last: number): void {
  for (const [slot, depth] of [
    [singleSlot, 1],
    [doubleSlot, 2],
    [tripleSlot, 3],
  ] as const) {
    if (slot <= after || slot > last) continue;
    freeBranches(file, file.map, slot, slot + 1, depth);
  }
}
