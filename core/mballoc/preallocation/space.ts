import { assert } from '../../assert.ts';
import { findNextClear, findNextSet, setBits } from '../bits.ts';
import type { AllocationOwner } from '../request.ts';

/**
 * Clusters that are in use in the buddy but free on disk: kept for one inode, or for the next small files of a CPU
 * (struct ext4_prealloc_space).
 *
 * An inode's space never moves; which of its clusters are used on disk is kept here in a bitmap of its own, since the
 * on-disk bitmap differs from the buddy's in just these clusters (and in freed ones that wait for a commit). A group's
 * space is used from its beginning, and what is used leaves it.
 */
export class Preallocation {
  readonly kind: 'inode' | 'group';
  /** pa_inode; null for a group's. */
  readonly owner: AllocationOwner | null;
  readonly group: number;
  /** pa_lstart: first logical block; for a group's the physical one. */
  logical: number;
  /** pa_pstart: first physical block. */
  physical: number;
  /** First cluster within the group. */
  cluster: number;
  /** pa_len, in clusters. */
  length: number;
  /** pa_free, in clusters. */
  free: number;
  deleted = false;
  /** pa_count: the allocation that is under way uses it. */
  inUse = true;
  readonly #used: Int32Array | null;

  constructor(
    kind: 'inode' | 'group',
    owner: AllocationOwner | null,
    place: {
      readonly group: number;
      readonly cluster: number;
      readonly physical: number;
      readonly logical: number;
    },
    length: number,
  ) {
    this.kind = kind;
    this.owner = owner;
    this.group = place.group;
    this.cluster = place.cluster;
    this.physical = place.physical;
    this.logical = place.logical;
    this.length = length;
    this.free = length;
    this.#used = kind === 'inode' ? new Int32Array((length + 31) >>> 5) : null;
  }

  /** pa_logical_end(). */
  logicalEnd(clusterRatio: number): number {
    return this.logical + this.length * clusterRatio;
  }

  /** Takes clusters of an inode's space, counted from its beginning. */
  use(from: number, count: number): void {
    assert(this.#used !== null, 'only an inode space has clusters to pick');
    assert(this.free >= count, 'a preallocation has the clusters that are taken from it');
    setBits(this.#used, from, count);
    this.free -= count;
  }

  /** Takes clusters from the beginning of a group's space (ext4_mb_release_context()). */
  advance(count: number, clusterRatio: number): void {
    this.physical += count * clusterRatio;
    this.logical += count * clusterRatio;
    this.cluster += count;
    this.free -= count;
    this.length -= count;
  }

  /** Runs of clusters that are free on disk, as clusters of the group, in ascending order. */
  forEachUnused(visit: (cluster: number, count: number) => void): void {
    if (this.#used === null) {
      if (this.length > 0) visit(this.cluster, this.length);
      return;
    }
    let at = findNextClear(this.#used, this.length, 0);
    while (at < this.length) {
      const end = findNextSet(this.#used, this.length, at);
      visit(this.cluster + at, end - at);
      at = findNextClear(this.#used, this.length, end);
    }
  }
}
