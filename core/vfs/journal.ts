import type { BlockAllocator } from '../mballoc/index.ts';
import type { Journal } from './filesystem.ts';
import type { Inode } from './inode.ts';
import { TransactionSize } from './transaction-size.ts';

/** jbd2_journal_get_max_txn_bufs(): a transaction takes a third of the journal at most. */
const transactionsInJournal = 3;

/** jbd2 gives up on a full filesystem after this many commits (fs/ext4/balloc.c, ext4_should_retry_alloc). */
const retriesMost = 3;

interface Changes {
  any: number;
  data: number;
}

/**
 * The journal, as far as it decides when freed blocks come back. Transactions are numbered as jbd2 numbers them; one
 * runs at a time and a commit is over when {@link Journal.commit} returns, as `run` waits for it between steps. A
 * commit that jbd2 starts because a transaction has grown too large (only followed for journalled data) goes on beside
 * the call in the kernel; how soon freed blocks come back is then up to the scheduler, and here it is at once.
 *
 * Left out, because a plan's rules exclude them: commits by age (`commit=300`) and of large transactions of metadata,
 * which `run` notices and calls a disturbance.
 */
class RunningJournal implements Journal {
  readonly #allocator: BlockAllocator;
  readonly #changes = new WeakMap<Inode, Changes>();
  #running = 1;
  /** Whether a transaction runs, which the next handle would otherwise begin. */
  #begun = false;
  readonly #size: TransactionSize;

  constructor(allocator: BlockAllocator, limitBlocks: number) {
    this.#allocator = allocator;
    this.#size = new TransactionSize(limitBlocks);
  }

  commit(): void {
    if (this.#begun) this.#running++;
    this.#begun = false;
    this.#size.clear();
    this.#allocator.committed();
  }

  reserve(credits: number): void {
    if (!this.#size.takes(credits)) this.commit();
  }

  takeBlocks(inode: Inode, from: number, to: number): void {
    this.#begun = true;
    this.#size.add(inode, from, to);
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
    let changes = this.#changes.get(inode);
    if (changes === undefined) {
      changes = { any: 0, data: 0 };
      this.#changes.set(inode, changes);
    }
    changes.any = this.#running;
    if (data) changes.data = this.#running;
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
  reserve(): void {
    return;
  }
  takeBlocks(): void {
    return;
  }
  isDirty(): boolean {
    return false;
  }
}

/** The journal of one mount, of `lengthBlocks`; null where there is none. */
export function createJournal(lengthBlocks: number | null, allocator: BlockAllocator): Journal {
  if (lengthBlocks === null) return new NoJournal();
  return new RunningJournal(allocator, Math.floor(lengthBlocks / transactionsInJournal));
}
