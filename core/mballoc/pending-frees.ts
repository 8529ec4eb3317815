/** Clusters of one group that were freed on disk and are not yet free in the buddy (struct ext4_free_data). */
export interface PendingFree {
  readonly group: number;
  readonly start: number;
  count: number;
}

/**
 * What was freed since the last commit (s_freed_data_list). All of it belongs to the running transaction, since a commit
 * here takes everything. Pieces that continue each other are merged, so that memory follows extents, not blocks.
 */
export class PendingFrees {
  #frees: PendingFree[] = [];
  /** The last piece of each group that a following one might continue. */
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
    this.#frees.push(piece);
    this.#ends.set(group, piece);
  }

  /** In the order of freeing. */
  all(): readonly Readonly<PendingFree>[] {
    return this.#frees;
  }

  /** Empties the list and returns what was on it. */
  take(): readonly Readonly<PendingFree>[] {
    const taken = this.#frees;
    this.#frees = [];
    this.#ends.clear();
    this.#clusters = 0;
    return taken;
  }
}
