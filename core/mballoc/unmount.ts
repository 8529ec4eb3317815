import { clearBits } from './bits.ts';
import type { GroupSource } from './group-source.ts';
import { groupState } from './group-state.ts';
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

/**
 * What the next mount finds: descriptors and bitmaps as this mount leaves them; nothing of its memory. It keeps copies
 * of the bitmaps that changed since the image was read, however many mounts ago, until the next mount loads them.
 */
class LeftGroups implements GroupSource {
  readonly #image: GroupSource;
  readonly #changed: Map<number, Uint8Array>;
  readonly #free: Int32Array;
  readonly #state: Uint8Array;

  constructor(mballoc: Mballoc, source: GroupSource) {
    const { groups, layout } = mballoc;
    this.#image = source instanceof LeftGroups ? source.#image : source;
    this.#changed = new Map(source instanceof LeftGroups ? source.#changed : []);
    for (let group = 0; group < layout.groupCount; group++) {
      if (!groups.isLoaded(group)) continue;
      this.#changed.set(group, diskBitmap(mballoc, source, group));
      groups.unload(group);
    }
    this.#free = groups.descriptorFree.slice();
    this.#state = groups.state.slice();
  }

  freeClusters(group: number): number {
    return this.#free[group];
  }

  isBlockUninit(group: number): boolean {
    return (this.#state[group] & groupState.blockUninit) !== 0;
  }

  freeClustersAfterInit(group: number): number {
    return this.#image.freeClustersAfterInit(group);
  }

  blockBitmap(group: number): Uint8Array {
    return this.#changed.get(group) ?? this.#image.blockBitmap(group);
  }

  bitmapBlock(group: number): number | null {
    return this.#image.bitmapBlock(group);
  }

  release(group: number): void {
    this.#changed.delete(group);
  }
}

/** The groups that this mount leaves to the next one. */
export function groupsAfterUnmount(mballoc: Mballoc, source: GroupSource): GroupSource {
  return new LeftGroups(mballoc, source);
}
