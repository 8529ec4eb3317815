/** Clusters of one group that were freed on disk and are not yet free in the buddy (struct ext4_free_data). */
export interface PendingFree {
  readonly group: number;
  readonly start: number;
  readonly count: number;
}

/**
 * What was freed and waits for the commit of its transaction (s_freed_data_list: one list for the running transaction,
 * one for the committing). Pieces that continue each other are merged, so that memory follows extents, not blocks; a
 * merged piece stands where the last of its parts came, which decides in what order groups change.
 */
export class PendingFrees {
  #running = new Set<PendingFree>();
  #committing: PendingFree[] | null = null;
  /** Running pieces by where they begin and end (bb_free_root of every group). */
  readonly #byStart = new Map<number, PendingFree>();
  readonly #byEnd = new Map<number, PendingFree>();
  #clusters = 0;

  /** s_mb_free_pending. */
  get clusters(): number {
    return this.#clusters;
  }

  /** ext4_mb_free_metadata(). */
  add(group: number, start: number, count: number): void {
    this.#clusters += count;
    const left = this.#byEnd.get(placeOf(group, start));
    const right = this.#byStart.get(placeOf(group, start + count));
    if (left) this.#remove(left);
    if (right) this.#remove(right);
    const piece = {
      group,
      start: left?.start ?? start,
      count: (left?.count ?? 0) + count + (right?.count ?? 0),
    };
    this.#running.add(piece);
    this.#byStart.set(placeOf(group, piece.start), piece);
    this.#byEnd.set(placeOf(group, piece.start + piece.count), piece);
  }

  /** What waits, in the order of freeing. */
  all(): readonly PendingFree[] {
    return [...(this.#committing ?? []), ...this.#running];
  }

  /** The running transaction becomes the committing one: what is freed from now on waits for the next commit. */
  startCommit(): void {
    this.#committing = [...(this.#committing ?? []), ...this.#running];
    this.#running = new Set();
    this.#byStart.clear();
    this.#byEnd.clear();
  }

  /** Takes out what the committing transaction freed; without a {@link startCommit} before, everything. */
  takeCommitted(): readonly PendingFree[] {
    if (this.#committing === null) this.startCommit();
    const taken = this.#committing ?? [];
    this.#committing = null;
    for (const { count } of taken) this.#clusters -= count;
    return taken;
  }

  #remove(piece: PendingFree): void {
    this.#running.delete(piece);
    this.#byStart.delete(placeOf(piece.group, piece.start));
    this.#byEnd.delete(placeOf(piece.group, piece.start + piece.count));
  }
}

/** A cluster of the filesystem as one number. */
function placeOf(group: number, cluster: number): number {
  return group * 2 ** 20 + cluster;
}
