import { assert } from '../../../assert.ts';
import type { BlockFormat } from './block.ts';
import { recordBytes, type EntryArea } from './entries.ts';

/** Bytes of one (hash, block) pair, and of the checksum after the last (struct dx_entry, struct dx_tail). */
const pairBytes = 8;
const indexTailBytes = 8;
/** Bytes of struct dx_root_info. */
export const rootInfoBytes = 8;
/** Where the root's info lies: behind the entries `.` and `..`. */
const rootInfoOffset = recordBytes(1) + recordBytes(2);

/**
 * The (hash, block) pairs of an index root or node, in the bytes of its block. The first pair has no hash: limit and
 * count lie in its place (fs/ext4/namei.c: struct dx_entry, dx_countlimit).
 */
export class IndexPairs {
  readonly block: EntryArea;
  readonly #start: number;

  constructor(block: EntryArea, start: number) {
    this.block = block;
    this.#start = start;
  }

  get limit(): number {
    return this.block.view.getUint16(this.#start, true);
  }

  set limit(limit: number) {
    this.block.view.setUint16(this.#start, limit, true);
  }

  get count(): number {
    return this.block.view.getUint16(this.#start + 2, true);
  }

  set count(count: number) {
    this.block.view.setUint16(this.#start + 2, count, true);
  }

  get isFull(): boolean {
    return this.count === this.limit;
  }

  hash(at: number): number {
    return this.block.view.getUint32(this.#start + at * pairBytes, true);
  }

  /** Logical block; the upper four bits are reserved (dx_get_block()). */
  blockAt(at: number): number {
    return this.block.view.getUint32(this.#start + at * pairBytes + 4, true) & 0x0fffffff;
  }

  setBlock(at: number, logical: number): void {
    this.block.view.setUint32(this.#start + at * pairBytes + 4, logical, true);
  }

  /** Copies the pairs from `from` up to `end` of another node to the start of this one, limit and count with them. */
  copyFrom(other: IndexPairs, from: number, end: number): void {
    const source = other.block.bytes.subarray(
      other.#start + from * pairBytes,
      other.#start + end * pairBytes,
    );
    this.block.bytes.set(source, this.#start);
  }

  /** Last pair whose hash is not above `hash`: the one to descend through (the search of dx_probe()). */
  search(hash: number): number {
    let low = 1;
    let high = this.count - 1;
    while (low <= high) {
      const middle = low + ((high - low) >> 1);
      if (this.hash(middle) > hash) high = middle - 1;
      else low = middle + 1;
    }
    return low - 1;
  }

  /** dx_insert_block(): a new pair behind the one at `at`. */
  insertAfter(at: number, hash: number, logical: number): void {
    const { count } = this;
    assert(count < this.limit && at < count, 'an index node has room for the pair');
    const place = this.#start + (at + 1) * pairBytes;
    this.block.bytes.copyWithin(place + pairBytes, place, this.#start + count * pairBytes);
    this.block.view.setUint32(place, hash, true);
    this.setBlock(at + 1, logical);
    this.count = count + 1;
  }
}

/** Pairs that fit into the root (dx_root_limit()). */
export function rootLimit(format: BlockFormat): number {
  return pairsIn(format, format.blockBytes - rootInfoOffset - rootInfoBytes);
}

/** Pairs that fit into a node (dx_node_limit()). */
export function nodeLimit(format: BlockFormat): number {
  return pairsIn(format, format.blockBytes - recordBytes(0));
}

function pairsIn(format: BlockFormat, bytes: number): number {
  return Math.floor((bytes - (format.tailBytes === 0 ? 0 : indexTailBytes)) / pairBytes);
}

export function rootPairs(block: EntryArea): IndexPairs {
  return new IndexPairs(block, rootInfoOffset + block.bytes[rootInfoOffset + 5]);
}

export function nodePairs(block: EntryArea): IndexPairs {
  return new IndexPairs(block, recordBytes(0));
}

/** The root's dx_root_info. */
export function rootInfo(block: EntryArea): { hashVersion: number; indirectLevels: number; flags: number } {
  return {
    hashVersion: block.bytes[rootInfoOffset + 4],
    indirectLevels: block.bytes[rootInfoOffset + 6],
    flags: block.bytes[rootInfoOffset + 7],
  };
}

export function writeRootInfo(block: EntryArea, hashVersion: number, indirectLevels: number): void {
  block.bytes.fill(0, rootInfoOffset, rootInfoOffset + rootInfoBytes);
  block.bytes[rootInfoOffset + 4] = hashVersion;
  block.bytes[rootInfoOffset + 5] = rootInfoBytes;
  block.bytes[rootInfoOffset + 6] = indirectLevels;
}

/** Makes a fresh block a node: one unused entry that covers it, and no pairs yet. */
export function makeNode(block: EntryArea, format: BlockFormat): void {
  block.bytes.fill(0, 0, recordBytes(0));
  block.setRecordLength(0, format.blockBytes);
}
