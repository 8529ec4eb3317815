const none = -1;

/** Groups in one list per order, each in at most one of them, in the order in which they came (struct list_head). */
export class OrderLists {
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** The list that a group is in; -1 for none. */
  readonly #orderOf: Int8Array;

  constructor(groupCount: number, orders: number) {
    this.#first = new Int32Array(orders).fill(none);
    this.#last = new Int32Array(orders).fill(none);
    this.#next = new Int32Array(groupCount).fill(none);
    this.#previous = new Int32Array(groupCount).fill(none);
    this.#orderOf = new Int8Array(groupCount).fill(none);
  }

  /** The list that a group is in; -1 for none. */
  orderOf(group: number): number {
    return this.#orderOf[group];
  }

  /** Takes the group out of its list and puts it at the end of another; order -1: into none. */
  moveToEnd(group: number, order: number): void {
    if (this.#orderOf[group] !== none) this.#remove(group);
    this.#orderOf[group] = order;
    if (order === none) return;
    const last = this.#last[order];
    this.#previous[group] = last;
    this.#next[group] = none;
    if (last === none) this.#first[order] = group;
    else this.#next[last] = group;
    this.#last[order] = group;
  }

  /** The first group of a list that `accepts`; -1 when there is none. */
  find(order: number, accepts: (group: number) => boolean): number {
    let group = this.#first[order];
    while (group !== none && !accepts(group)) group = this.#next[group];
    return group;
  }

  #remove(group: number): void {
    const order = this.#orderOf[group];
    const next = this.#next[group];
    const previous = this.#previous[group];
    if (previous === none) this.#first[order] = next;
    else this.#next[previous] = next;
    if (next === none) this.#last[order] = previous;
    else this.#previous[next] = previous;
  }
}
