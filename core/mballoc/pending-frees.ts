/** Clusters of one group that were freed on disk and are not yet free in the buddy (struct ext4_free_data). */
export interface PendingFree {
  readonly group: number;
  readonly start: number;
  count: number;
}

/**
 * What was freed and waits for the commit of its transaction (s_freed_data_list: one list for the running transaction,
 * one for the committing). Pieces that continue each other are merged, so that memory follows extents, not blocks.
 */
export class PendingFrees {
  #running: PendingFree[] = [];
  #committing: PendingFree[] | null = null;
  /** The last running piece of each group, which a following one might continue. */
  readonly #ends = new Map<number, PendingFree>();
  #clusters = 0;

  /** s_mb_free_pending. */
  get clusters(): number {
    return this.#clusters;
  }

  /** ext4_mb_free_metadata(). */
  add(group: number, start: number, count: number): void {
    this.#clusters += count;
    const last = this.#ends.get(group);
    if (last !== undefined && last.start + last.count === start) {
      last.count += count;
      return;
    }
    const piece = { group, start, count };
    this.#running.push(piece);
    this.#ends.set(group, piece);
  }

  /** What waits, in the order of freeing. */
  all(): readonly Readonly<PendingFree>[] {
    return [...(this.#committing ?? []), ...this.#running];
  }

  /** The running transaction becomes the committing one: what is freed from now on waits for the next commit. */
  startCommit(): void {
    this.#committing = [...(this.#committing ?? []), ...this.#running];
    this.#running = [];
    this.#ends.clear();
  }

  /** Takes out what the committing transaction freed; without a {@link startCommit} before, everything. */
  takeCommitted(): readonly Readonly<PendingFree>[] {
    if (this.#committing === null) this.startCommit();
    const taken = this.#committing ?? [];
    this.#committing = null;
    for (const { count } of taken) this.#clusters -= count;
    return taken;
  }
}
