/**
 * The stamp that every logical block of a unit carries (docs/torn.md describes it byte by byte), and the bytes that
 * follow from it for the rest of the block. This is the reference; native/io/stamp.cc is the fast twin, and a property
 * test keeps the two equal.
 */
import { assert } from '../assert.ts';
import { crc32c } from '../ext4/checksum/crc32c.ts';

/** Version of the layout, at byte 4 of each block. */
export const stampVersion = 1;
/** Bytes of a block that are its stamp; the others are filled from it. */
export const stampBytes = 48;
export const minBlockBytes = 512;
export const maxBlockBytes = 65536;

/** "UTRN", as it stands in the block. */
const magic = 0x4e525455;
const crcOffset = 44;

/** Who wrote a unit, when, and where. */
export interface UnitStamp {
  /** The run: 64 random bits, so that what an earlier run left is never taken for this one's. */
  readonly run: bigint;
  /** 0 to 65535; 0 prepared the target. */
  readonly writer: number;
  /** Number of the write within its run, in the order in which writes began; 0 is the state before the first. */
  readonly generation: number;
  /** Byte of the target at which the unit begins. */
  readonly address: number;
  /** Length of the unit, at most 2^32 - 1. */
  readonly bytes: number;
  readonly blockBytes: number;
}

/** A unit's stamp as one of its blocks carries it. */
export interface BlockStamp extends UnitStamp {
  readonly blockIndex: number;
}

/** What the fill of a block begins from: 64 bits, as two halves. */
export interface FillKey {
  readonly low: number;
  readonly high: number;
}

/** Odd constants: every step changes every bit below which it can, and pair i differs from pair j in all blocks. */
const stepLow = 0x9e3779b1;
const stepHigh = 0xc2b2ae3d;

/** Whether a block can be so long: a power of two from 512 to 65536. */
export function isBlockSize(bytes: number): boolean {
  return bytes >= minBlockBytes && bytes <= maxBlockBytes && Number.isInteger(Math.log2(bytes));
}

/** Writes the unit's blocks into `target`, which is as long as the unit. */
export function fillUnit(target: Uint8Array, stamp: UnitStamp): void {
  const { bytes, blockBytes } = stamp;
  assert(target.length === bytes && bytes % blockBytes === 0 && bytes > 0, 'a unit is whole blocks');
  for (let blockIndex = 0; blockIndex * blockBytes < bytes; blockIndex++) {
    const from = blockIndex * blockBytes;
    fillBlock(target.subarray(from, from + blockBytes), { ...stamp, blockIndex });
  }
}

/** Writes one block. */
export function fillBlock(target: Uint8Array, stamp: BlockStamp): void {
  assert(target.length === stamp.blockBytes && isBlockSize(stamp.blockBytes), 'a block of a known size');
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  view.setUint32(0, magic, true);
  view.setUint8(4, stampVersion);
  view.setUint8(5, Math.log2(stamp.blockBytes));
  view.setUint16(6, stamp.writer, true);
  view.setBigUint64(8, stamp.run, true);
  view.setBigUint64(16, BigInt(stamp.generation), true);
  view.setBigUint64(24, BigInt(stamp.address), true);
  view.setUint32(32, stamp.bytes, true);
  view.setUint32(36, 0, true);
  view.setUint32(40, stamp.blockIndex, true);
  view.setUint32(crcOffset, stampChecksum(target), true);
  const { low, high } = keyIn(view);
  for (let pair = 0, at = stampBytes; at < target.length; pair++, at += 8) {
    view.setUint32(at, (low + Math.imul(pair, stepLow)) >>> 0, true);
    view.setUint32(at + 4, (high + Math.imul(pair, stepHigh)) >>> 0, true);
  }
}

/** The key of the fill that belongs to a stamp. */
export function fillKeyOf(stamp: BlockStamp): FillKey {
  const block = new Uint8Array(stamp.blockBytes);
  fillBlock(block, stamp);
  return keyIn(new DataView(block.buffer));
}

/** Whether the first bytes say "UTRN", whatever else they hold. */
export function hasMagic(block: Uint8Array): boolean {
  return new DataView(block.buffer, block.byteOffset, block.length).getUint32(0, true) === magic;
}

/** The stamp of a block, whatever its fill; null where there is none, or its checksum says that it is damaged. */
export function stampOf(block: Uint8Array): BlockStamp | null {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  if (view.getUint32(0, true) !== magic || view.getUint8(4) !== stampVersion) return null;
  if (view.getUint32(crcOffset, true) !== stampChecksum(block)) return null;
  const generation = view.getBigUint64(16, true);
  const address = view.getBigUint64(24, true);
  const blockBytes = 2 ** view.getUint8(5);
  const bytes = view.getUint32(32, true);
  const blockIndex = view.getUint32(40, true);
  // Never written so: a checksum that is right by chance.
  if (generation > maxSafe || address > maxSafe || view.getUint32(36, true) !== 0) return null;
  if (!isBlockSize(blockBytes) || bytes % blockBytes !== 0 || blockIndex * blockBytes >= bytes) return null;
  return {
    run: view.getBigUint64(8, true),
    writer: view.getUint16(6, true),
    generation: Number(generation),
    address: Number(address),
    bytes,
    blockBytes,
    blockIndex,
  };
}

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);

/** The key that the eight bytes at `at` would have begun from, if they are a fill. */
export function impliedKey(block: DataView, at: number): FillKey {
  const pair = (at - stampBytes) / 8;
  return {
    low: (block.getUint32(at, true) - Math.imul(pair, stepLow)) >>> 0,
    high: (block.getUint32(at + 4, true) - Math.imul(pair, stepHigh)) >>> 0,
  };
}

/** Whether the whole fill of a block begins from `key`. */
export function isFilledFrom(key: FillKey, block: DataView): boolean {
  let { low, high } = key;
  for (let at = stampBytes; at < block.byteLength; at += 8) {
    if (block.getUint32(at, true) !== low || block.getUint32(at + 4, true) !== high) return false;
    low = (low + stepLow) >>> 0;
    high = (high + stepHigh) >>> 0;
  }
  return true;
}

function stampChecksum(block: Uint8Array): number {
  return (crc32c(0xffffffff, block, 0, crcOffset) ^ 0xffffffff) >>> 0;
}

/** Mixes the eleven words before the checksum, which decide the rest of the block, into two keys. */
export function keyIn(view: DataView): FillKey {
  let low = 0x243f6a88;
  let high = 0x85a308d3;
  for (let at = 0; at < crcOffset; at += 4) {
    const word = view.getUint32(at, true);
    low = Math.imul(low ^ word, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(high ^ word, 0x85ebca77);
    high ^= high >>> 13;
  }
  return { low: finished(low), high: finished(high) };
}

/** The last steps of MurmurHash3: every bit of the input changes about half of the output. */
function finished(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A run as records and results spell it. */
export function runDigits(run: bigint): string {
  return run.toString(16).padStart(16, '0');
}
