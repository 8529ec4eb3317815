import type { Machine } from '../vfs/filesystem.ts';
import type { Groups } from './groups.ts';
import { PercpuCounter } from './percpu-counter.ts';
import { hints } from './request.ts';
import type { Tunables } from './tunables.ts';

/**
 * Free and promised clusters of the whole filesystem (s_freeclusters_counter, s_dirtyclusters_counter, and the free
 * counts of groups and flexible groups).
 */
export class ClusterClaims {
  readonly free: PercpuCounter;
  readonly dirty: PercpuCounter;
  /** s_flex_groups[].free_clusters. */
  readonly #flexFree: Float64Array;
  readonly #groups: Groups;
  readonly #tunables: Tunables;

  constructor(groups: Groups, tunables: Tunables, machine: Machine) {
    this.#groups = groups;
    this.#tunables = tunables;
    this.#flexFree = new Float64Array(Math.ceil(groups.descriptorFree.length / 2 ** tunables.flexBits));
    let total = 0;
    for (const [group, clusters] of groups.descriptorFree.entries()) {
      total += clusters;
      this.#flexFree[group >>> tunables.flexBits] += clusters;
    }
    this.free = new PercpuCounter(total, machine.possibleCpus);
    this.dirty = new PercpuCounter(0, machine.possibleCpus);
  }

  /**
   * ext4_has_free_clusters(). The kernel looks at the counters' cheap values first and sums them exactly when they come
   * near the limit, which gives the same answer as the exact sums. Callers may use root's blocks (CAP_SYS_RESOURCE).
   */
  hasFree(clusters: number, flags: number): boolean {
    const free = Math.max(this.free.sum, 0);
    const wanted = clusters + Math.max(this.dirty.sum, 0);
    if (free >= wanted + this.#tunables.reservedClusters) return true;
    return (flags & hints.useReserved) !== 0 && free >= wanted;
  }

  /** ext4_claim_free_clusters(). */
  claim(clusters: number, flags: number): boolean {
    if (!this.hasFree(clusters, flags)) return false;
    this.dirty.add(clusters);
    return true;
  }

  /** The descriptor's part of ext4_mb_mark_context(): `taken` clusters of a group went out of the free ones (or came back). */
  changeGroup(group: number, taken: number): void {
    if (this.#groups.isBlockUninit(group)) this.#groups.clearBlockUninit(group);
    this.#groups.descriptorFree[group] -= taken;
    this.#flexFree[group >>> this.#tunables.flexBits] -= taken;
  }

  ofFlexGroup(flexGroup: number): number {
    return this.#flexFree[flexGroup];
  }
}
