import type { Preallocation } from './space.ts';

/** PREALLOC_TB_SIZE. */
export const localityOrders = 10;

/**
 * The preallocations that small files of one CPU share (struct ext4_locality_group). Calls run on CPU 0, so one is
 * enough. Lists are by order of the free clusters, the last one for everything bigger.
 */
export class LocalityGroup {
  readonly lists: readonly Preallocation[][] = Array.from({ length: localityOrders }, () => []);

  /** Takes a space out of whichever list holds it (list_del_rcu()); nothing happens when none does. */
  remove(space: Preallocation): void {
    for (const list of this.lists) {
      const index = list.indexOf(space);
      if (index >= 0) {
        list.splice(index, 1);
        return;
      }
    }
  }

  /** The place of a space in the list of its order: before the first one with more free (ext4_mb_add_n_trim()). */
  add(space: Preallocation): readonly Preallocation[] {
    const list = this.lists[localityOrder(space.free)];
    const before = list.findIndex((other) => !other.deleted && space.free < other.free);
    if (before < 0) list.push(space);
    else list.splice(before, 0, space);
    return list;
  }
}

/** Which list so many clusters belong to: fls() - 1, at most the last. */
export function localityOrder(clusters: number): number {
  return Math.min(31 - Math.clz32(clusters), localityOrders - 1);
}
