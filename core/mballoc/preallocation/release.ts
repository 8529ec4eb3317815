import { assert } from '../../assert.ts';
import { giveBack } from '../freeing.ts';
import type { Mballoc } from '../mballoc.ts';
import type { Preallocation } from './space.ts';

/** ext4_mb_release_inode_pa(): gives back to the buddy what the inode did not use. The space is out of all lists already. */
export function releaseInodeSpace(mballoc: Mballoc, space: Preallocation): void {
  assert(space.deleted, 'a released preallocation is deleted first');
  const ino = space.owner?.ino ?? 0;
  let released = 0;
  space.forEachUnused((cluster, count) => {
    released += count;
    traceDiscard(mballoc, space, cluster, count);
    mballoc.trace?.({
      event: 'ext4_mb_release_inode_pa',
      ino,
      block: mballoc.layout.blockAt(space.group, cluster),
      count,
    });
    giveBack(mballoc, space.group, cluster, count);
  });
  assert(released === space.free, 'what a preallocation counts as free is what it did not use');
}

/** ext4_mb_release_group_pa(). */
export function releaseGroupSpace(mballoc: Mballoc, space: Preallocation): void {
  assert(space.deleted, 'a released preallocation is deleted first');
  mballoc.trace?.({
    event: 'ext4_mb_release_group_pa',
    pa_pstart: space.physical,
    pa_len: space.length,
  });
  giveBack(mballoc, space.group, space.cluster, space.length);
  traceDiscard(mballoc, space, space.cluster, space.length);
}

function traceDiscard(mballoc: Mballoc, space: Preallocation, cluster: number, count: number): void {
  mballoc.trace?.({
    event: 'ext4_mballoc_discard',
    ino: 0,
    result_group: space.group,
    result_start: cluster,
    result_len: count,
  });
}
