/**
 * Pending reservations (extents_status.c: struct pending_reservation): logical clusters that are allocated but also
 * hold delayed blocks. Should the allocated part go, the delayed part needs a reservation of its own. bigalloc only.
 */
export class PendingClusters {
  readonly #clusters = new Set<number>();

  /** ext4_is_pending(). */
  has(cluster: number): boolean {
    return this.#clusters.has(cluster);
  }

  /** __insert_pending(): 1 when the cluster was not pending before, else 0. */
  add(cluster: number): number {
    const before = this.#clusters.size;
    return this.#clusters.add(cluster).size - before;
  }

  /** __remove_pending(). */
  remove(cluster: number): void {
    this.#clusters.delete(cluster);
  }

  /** Takes away what is pending from `first` to `last` and tells how many that were (the end of get_rsvd()). */
  removeRange(first: number, last: number): number {
    let removed = 0;
    for (const cluster of this.#clusters) {
      if (cluster < first || cluster > last) continue;
      this.#clusters.delete(cluster);
      removed += 1;
    }
    return removed;
  }
}
