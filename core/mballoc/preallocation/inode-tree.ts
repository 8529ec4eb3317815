import type { AllocationOwner } from '../request.ts';
import type { Preallocation } from './space.ts';

/**
 * The preallocations of one inode by logical block (ei->i_prealloc_node). The kernel keeps a tree; spaces in it never
 * overlap, so that a sorted array finds the same neighbours.
 */
export class InodePreallocations {
  /** The mark of the mount that made them: after a remount they are gone. */
  readonly mount: object;
  readonly #spaces: Preallocation[] = [];

  constructor(mount: object) {
    this.mount = mount;
  }

  get count(): number {
    return this.#spaces.length;
  }

  /** The last space that starts at `logical` or before; null where there is none. */
  atOrBefore(logical: number): Preallocation | null {
    const index = this.#after(logical);
    return index === 0 ? null : this.#spaces[index - 1];
  }

  /** The first space that starts behind `logical`. */
  behind(logical: number): Preallocation | null {
    const index = this.#after(logical);
    return index === this.#spaces.length ? null : this.#spaces[index];
  }

  /** ext4_mb_pa_rb_insert(). */
  insert(space: Preallocation): void {
    this.#spaces.splice(this.#after(space.logical), 0, space);
  }

  remove(space: Preallocation): void {
    const index = this.#spaces.indexOf(space);
    if (index >= 0) this.#spaces.splice(index, 1);
  }

  /** Empties the tree and returns what was in it, in logical order. */
  takeAll(): Preallocation[] {
    return this.#spaces.splice(0);
  }

  #after(logical: number): number {
    let low = 0;
    let high = this.#spaces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#spaces[middle].logical <= logical) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The inode's preallocations of this mount; null when it has none yet. */
export function preallocationsOf(owner: AllocationOwner, mount: object): InodePreallocations | null {
  const held = owner.preallocations;
  return held instanceof InodePreallocations && held.mount === mount ? held : null;
}
