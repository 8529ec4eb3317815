import type { BlockAllocator } from '../mballoc/request.ts';
import type { Inode } from './inode.ts';
import type { Journal } from './filesystem.ts';

/** jbd2 gives up on a full filesystem after this many commits (fs/ext4/balloc.c, ext4_should_retry_alloc). */
const retriesMost = 3;

interface Changes {
  any: number;
  data: number;
}

/**
 * The journal, as far as it decides when freed blocks come back. Transactions are numbered as jbd2 numbers them; one
 * runs at a time and a commit is over when {@link Journal.commit} returns, as `run` waits for it between steps.
 *
 * Left out, because a plan's rules exclude them: commits by age (`commit=300`) and by a full journal, which `run`
 * notices and calls a disturbance.
 */
class RunningJournal implements Journal {
  readonly #allocator: BlockAllocator;
  readonly #changes = new WeakMap<Inode, Changes>();
  #running = 1;
  /** Whether a transaction runs, which the next handle would otherwise begin. */
  #begun = false;

  constructor(allocator: BlockAllocator) {
    this.#allocator = allocator;
  }

  commit(): void {
    if (this.#begun) this.#running++;
    this.#begun = false;
    this.#allocator.committed();
  }

  shouldRetryAllocation(retries: number): boolean {
    if (retries >= retriesMost) return false;
    if (this.#allocator.pendingClusters === 0) return this.#allocator.hasFreeClusters(1, 0);
    this.commit();
    return true;
  }

  begin(): void {
    this.#begun = true;
  }

  loaded(inode: Inode): void {
    if (this.#changes.has(inode)) return;
    const last = this.#begun ? this.#running : this.#running - 1;
    this.#changes.set(inode, { any: last, data: last });
  }

  touch(inode: Inode, data: boolean): void {
    this.#begun = true;
    const changes = this.#changes.get(inode) ?? { any: 0, data: 0 };
    changes.any = this.#running;
    if (data) changes.data = this.#running;
    this.#changes.set(inode, changes);
  }

  syncInode(inode: Inode, dataOnly: boolean): void {
    const changes = this.#changes.get(inode);
    if (changes && (dataOnly ? changes.data : changes.any) === this.#running) this.commit();
  }

  isDirty(inode: Inode): boolean {
    return this.#changes.get(inode)?.data === this.#running;
  }
}

/** A filesystem without a journal: what is freed is free at once. */
class NoJournal implements Journal {
  commit(): void {
    return;
  }
  shouldRetryAllocation(): boolean {
    return false;
  }
  begin(): void {
    return;
  }
  loaded(): void {
    return;
  }
  touch(): void {
    return;
  }
  syncInode(): void {
    return;
  }
  isDirty(): boolean {
    return false;
  }
}

/** The journal of one mount. `present` is what the superblock's feature says. */
export function createJournal(present: boolean, allocator: BlockAllocator): Journal {
  return present ? new RunningJournal(allocator) : new NoJournal();
}
