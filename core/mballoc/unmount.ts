import { clearBits } from './bits.ts';
import type { GroupSource } from './group-source.ts';
import type { Mballoc } from './mballoc.ts';

/**
 * The block bitmap of a group as it is on disk now: the buddy's bitmap without what preallocations only hold and what
 * waits for a commit. One bit per cluster, low bit first, clustersPerGroup / 8 bytes.
 */
export function diskBitmap(mballoc: Mballoc, source: GroupSource, group: number): Uint8Array {
  const { groups, layout } = mballoc;
  const lengthBytes = Math.ceil(layout.clustersPerGroup / 8);
  if (!groups.isLoaded(group)) return source.blockBitmap(group).slice(0, lengthBytes);
  const words = groups.load(group).slice(0, (layout.clustersPerGroup + 31) >>> 5);
  for (const space of mballoc.groupLists.in(group)) {
    space.forEachUnused((cluster, count) => {
      clearBits(words, cluster, count);
    });
  }
  for (const free of mballoc.pending.all()) {
    if (free.group === group) clearBits(words, free.start, free.count);
  }
  const bytes = new Uint8Array(lengthBytes);
  for (let at = 0; at < lengthBytes; at++) bytes[at] = words[at >>> 2] >>> ((at & 3) * 8);
  return bytes;
}

/** What the next mount finds: descriptors and bitmaps as this mount leaves them; nothing of its memory. */
export function groupsAfterUnmount(mballoc: Mballoc, source: GroupSource): GroupSource {
  const { groups } = mballoc;
  return {
    freeClusters: (group) => groups.descriptorFree[group],
    isBlockUninit: (group) => groups.isBlockUninit(group),
    freeClustersAfterInit: (group) => source.freeClustersAfterInit(group),
    blockBitmap: (group) => diskBitmap(mballoc, source, group),
  };
}
