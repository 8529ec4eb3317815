import { assert } from '../../../assert.ts';
import type { Inode } from '../../inode.ts';
import { append } from './append.ts';
import { usableBytes, writeTail } from './block.ts';
import { recordBytes, type EntryArea } from './entries.ts';
import { hashOfName } from './hash.ts';
import { keyOf } from './name.ts';
import type { Frame } from './probe.ts';
import type { DirectoryBehaviour } from './behaviour.ts';
import type { DirectoryContext } from './state.ts';

/** An entry of a leaf to be split (struct dx_map_entry). */
export interface HashedEntry {
  readonly hash: number;
  readonly offset: number;
  /** Record length, slack included. */
  readonly lengthBytes: number;
}

/** The leaf that takes the new entry, and the entry there in whose slack it goes. */
export interface Room {
  readonly block: EntryArea;
  readonly offset: number;
}

/** What the new entry's hash is, and how the others' are made. */
export interface Hashing {
  readonly hash: number;
  readonly hashVersion: number;
}

/**
 * Splits a full leaf: entries with the higher hashes move to a new block, so that both are about half full, and the
 * index learns of it. Answers where the new entry goes (fs/ext4/namei.c: do_split()). ENOSPC.
 */
export function splitLeaf(
  context: DirectoryContext,
  directory: Inode,
  leaf: EntryArea,
  frame: Frame,
  { hash, hashVersion }: Hashing,
): Room {
  const { format } = context;
  const added = append(context, directory);
  const entries = sortByHash(entriesByHash(context, leaf, hashVersion));
  const split = splitPoint(entries, format.blockBytes, context.behaviour);
  const splitHash = entries[split].hash;
  const continued = splitHash === entries[split - 1].hash ? 1 : 0;

  const lastMoved = moveEntries(leaf, added.block, entries.slice(split));
  const lastKept = pack(leaf);
  leaf.setRecordLength(lastKept, usableBytes(format) - lastKept);
  added.block.setRecordLength(lastMoved, usableBytes(format) - lastMoved);
  writeTail(leaf, format);
  writeTail(added.block, format);
  leaf.changed();

  frame.pairs.insertAfter(frame.at, splitHash + continued, added.logical);
  return hash >= splitHash ? { block: added.block, offset: lastMoved } : { block: leaf, offset: lastKept };
}

/** Entries in use with their hashes, last of the block first (dx_make_map()). */
function entriesByHash(context: DirectoryContext, leaf: EntryArea, version: number): HashedEntry[] {
  const { format, hashSeed, nameHashes } = context;
  const entries: HashedEntry[] = [];
  for (let offset = 0; offset < usableBytes(format); offset = leaf.next(offset)) {
    if (leaf.ino(offset) === 0 || leaf.nameLength(offset) === 0) continue;
    const name = leaf.nameBytes(offset);
    const hash = nameHashes?.get(keyOf(name, 0, name.length)) ?? hashOfName(name, version, hashSeed);
    entries.push({ hash, offset, lengthBytes: leaf.recordLength(offset) });
  }
  return entries.reverse();
}

/**
 * Sorts by hash as the kernel does (dx_sort_map()): comb sort first, then bubble sort. Neither keeps the order of
 * equal hashes, so that their order depends on the very steps.
 */
export function sortByHash(entries: HashedEntry[]): HashedEntry[] {
  const swap = (low: number, high: number): void => {
    [entries[low], entries[high]] = [entries[high], entries[low]];
  };
  const top = entries.length - 1;
  let gap = entries.length;
  while (gap > 2) {
    gap = Math.floor((gap * 10) / 13);
    if (gap === 9 || gap === 10) gap = 11;
    for (let high = top, low = top - gap; low >= 0; high--, low--) {
      if (entries[high].hash < entries[low].hash) swap(low, high);
    }
  }
  for (let sorted = false; !sorted;) {
    sorted = true;
    for (let low = top - 1; low >= 0; low--) {
      if (entries[low + 1].hash >= entries[low].hash) continue;
      swap(low, low + 1);
      sorted = false;
    }
  }
  return entries;
}

/**
 * Index of the first entry that moves. The upper entries move while they fill no more than half a block; where all of
 * them fit into half a block, half of them by number.
 */
export function splitPoint(
  entries: readonly HashedEntry[],
  blockBytes: number,
  { splitFix }: DirectoryBehaviour,
): number {
  let sizeBytes = 0;
  let at = entries.length - 1;
  for (; at >= 0; at--) {
    const { lengthBytes } = entries[at];
    if (sizeBytes + Math.floor(lengthBytes / 2) > Math.floor(blockBytes / 2)) break;
    sizeBytes += lengthBytes;
  }
  const split = at >= (splitFix ? 0 : 1) ? at + 1 : Math.floor(entries.length / 2);
  assert(split > 0 && split < entries.length, 'a full leaf has entries on both sides of the split');
  return split;
}

/** dx_move_dirents(): copies entries close together into an empty block and wipes them in the old one. Offset of the last. */
function moveEntries(from: EntryArea, to: EntryArea, entries: readonly HashedEntry[]): number {
  let next = 0;
  let last = 0;
  for (const { offset } of entries) {
    const length = recordBytes(from.nameLength(offset));
    to.bytes.set(from.bytes.subarray(offset, offset + length), next);
    to.setRecordLength(next, length);
    from.wipe(offset);
    last = next;
    next += length;
  }
  return last;
}

/** dx_pack_dirents(): moves the entries in use together at the block's start. Offset of the last. */
function pack(block: EntryArea): number {
  let to = 0;
  let last = 0;
  for (let offset = 0; offset < block.lengthBytes;) {
    const next = block.next(offset);
    if (block.ino(offset) !== 0 && block.nameLength(offset) > 0) {
      const length = recordBytes(block.nameLength(offset));
      block.bytes.copyWithin(to, offset, offset + length);
      block.setRecordLength(to, length);
      last = to;
      to += length;
    }
    offset = next;
  }
  return last;
}
