import type { Inode } from './inode.ts';

/**
 * Blocks of metadata that a transaction of journalled data carries along (superblock, bitmaps, descriptors, inodes,
 * extent trees). They are not counted one by one: a plan has few files, and data fills the transaction.
 */
const metadataBlocks = 10;

/** t_outstanding_credits of the running transaction, as far as journalled data makes it. */
export class TransactionSize {
  readonly #limitBlocks: number;
  readonly #blocks = new Map<Inode, Set<number>>();
  #count = 0;

  /** `limitBlocks` is j_max_transaction_buffers. */
  constructor(limitBlocks: number) {
    this.#limitBlocks = limitBlocks;
  }

  /** add_transaction_credits() of fs/jbd2/transaction.c: whether a handle with `credits` still fits. */
  takes(credits: number): boolean {
    return this.#count === 0 || this.#count + metadataBlocks + credits <= this.#limitBlocks;
  }

  /** Blocks [from, to) of the file; those that the transaction has already count once. */
  add(inode: Inode, from: number, to: number): void {
    const blocks = this.#blocks.get(inode) ?? new Set<number>();
    this.#blocks.set(inode, blocks);
    const before = blocks.size;
    for (let block = from; block < to; block++) blocks.add(block);
    this.#count += blocks.size - before;
  }

  clear(): void {
    this.#blocks.clear();
    this.#count = 0;
  }
}
