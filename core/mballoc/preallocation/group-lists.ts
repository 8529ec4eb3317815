import type { Preallocation } from './space.ts';

/**
 * The preallocations that lie in each group (bb_prealloc_list). The kernel adds at the head; here the newest is last,
 * so who walks a list as the kernel does goes backwards.
 */
export class GroupLists {
  readonly #lists = new Map<number, Preallocation[]>();

  add(space: Preallocation): void {
    const list = this.#lists.get(space.group);
    if (list === undefined) this.#lists.set(space.group, [space]);
    else list.push(space);
  }

  remove(space: Preallocation): void {
    const list = this.#lists.get(space.group);
    if (list === undefined) return;
    const index = list.lastIndexOf(space);
    if (index >= 0) list.splice(index, 1);
    if (list.length === 0) this.#lists.delete(space.group);
  }

  /** Oldest first; the caller must not change it. */
  in(group: number): readonly Preallocation[] {
    return this.#lists.get(group) ?? [];
  }

  /** Groups that hold any, in no particular order. */
  groups(): Iterable<number> {
    return this.#lists.keys();
  }
}
