import type { Geometry } from '../../../ext4/geometry.ts';
import { clusterEnd, clusterOf, clusterOffset, clusterStart } from '../cluster.ts';
import type { PendingClusters } from './pending.ts';
import type { StatusRun } from './runs.ts';
import type { StatusTree } from './status-tree.ts';

/**
 * Counts the reservations that go when delayed blocks are forgotten (extents_status.c: struct rsvd_count, count_rsvd(),
 * get_rsvd()). With bigalloc a cluster counts once, and not at all while other delayed blocks in it remain.
 */
export class ReservedCount {
  readonly #geometry: Geometry;
  #clusters = 0;
  #firstDelayed: number | null = null;
  #lastDelayed = 0;
  /** The cluster at the end of what was counted, when only part of it was seen. */
  #partial: number | null = null;

  constructor(geometry: Geometry) {
    this.#geometry = geometry;
  }

  /** count_rsvd(): [logical, logical + length) of `run` goes. */
  count(logical: number, length: number, run: Readonly<StatusRun>): void {
    if (run.state !== 'delayed') return;
    const geometry = this.#geometry;
    if (geometry.clusterRatio === 1) {
      this.#clusters += length;
      return;
    }
    let block = logical;
    const end = logical + length - 1;
    this.#firstDelayed ??= block;
    this.#lastDelayed = end;
    if (this.#partial !== null && this.#partial !== clusterOf(geometry, block)) {
      this.#clusters += 1;
      this.#partial = null;
    }
    if (clusterOffset(geometry, block) !== 0 && end >= clusterEnd(geometry, block)) {
      this.#clusters += 1;
      this.#partial = null;
      block = clusterEnd(geometry, block) + 1;
    }
    if (block + geometry.clusterRatio - 1 <= end) {
      const whole = clusterOf(geometry, end - block + 1);
      this.#clusters += whole;
      block += whole * geometry.clusterRatio;
    }
    if (this.#partial === null && block <= end) this.#partial = clusterOf(geometry, block);
  }

  /** get_rsvd(): after [removedFirst, removedLast] is gone from `status`, how many reservations to give back. */
  released(status: StatusTree, pending: PendingClusters, removedFirst: number, removedLast: number): number {
    if (this.#geometry.clusterRatio === 1) return this.#clusters;
    if (this.#partial !== null) this.#clusters += 1;
    const firstDelayed = this.#firstDelayed;
    if (this.#clusters === 0 || firstDelayed === null) return 0;

    let first = clusterOf(this.#geometry, firstDelayed);
    let last = clusterOf(this.#geometry, this.#lastDelayed);
    const leftRemains = status.delayedBefore(removedFirst, clusterStart(this.#geometry, firstDelayed));
    if (leftRemains) this.#clusters -= 1;
    const rightRemains =
      (!leftRemains || first !== last) &&
      status.delayedFrom(removedLast + 1, clusterEnd(this.#geometry, this.#lastDelayed));
    if (rightRemains) this.#clusters -= 1;

    if (first === last) {
      if (leftRemains || rightRemains) return this.#clusters;
    } else {
      if (leftRemains) first += 1;
      if (rightRemains) last -= 1;
    }
    if (first <= last) this.#clusters -= pending.removeRange(first, last);
    return this.#clusters;
  }
}
