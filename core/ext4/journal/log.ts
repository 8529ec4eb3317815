import { NotModelled } from '../../errno.ts';
import { crc32c, crc32cOfZeros } from '../checksum/crc32c.ts';
import { DamagedImage } from '../damaged.ts';
import { type Disk, readBlock } from '../disk.ts';
import type { Extent } from '../extent-tree.ts';
import { BigEndianFields } from '../fields.ts';

/** JBD2_MAGIC_NUMBER. */
export const journalMagic = 0xc03b3998;

const feature = {
  revoke: 0x1,
  bit64: 0x2,
  asyncCommit: 0x4,
  csumV2: 0x8,
  csumV3: 0x10,
  fastCommit: 0x20,
} as const;
const knownIncompat = 0x3f;
const compatChecksum = 0x1;
const superblockV1 = 3;
const superblockV2 = 4;
const superblockBytes = 1024;
const superblockChecksumAt = 0xfc;
const crc32cChecksumType = 4;
/** JBD2_MIN_JOURNAL_BLOCKS. */
const blocksMin = 1024;

/** A jbd2 journal in a file: its constants, and its blocks by their number in the file. */
export interface Log {
  readonly blockSizeBytes: number;
  /** First block of the log proper, and the one after its last. */
  readonly first: number;
  readonly end: number;
  /** Where the oldest transaction starts; 0 when the log is empty. */
  readonly start: number;
  /** Sequence number of that transaction. */
  readonly sequence: number;
  /** Which checksums the blocks carry: the first kind sums whole transactions, the others every block. */
  readonly checksums: 'none' | 'v1' | 'v2' | 'v3';
  readonly asyncCommit: boolean;
  readonly bit64: boolean;
  readonly seed: number;
  /** Filesystem block of a journal block. Throws DamagedImage for holes and numbers past the end. */
  physical(number: number): number;
  read(number: number): Uint8Array;
  damaged(number: number, what: string): DamagedImage;
}

/**
 * Opens the journal whose file has `extents` and `blocksCount` blocks (fs/jbd2/journal.c: journal_check_superblock,
 * journal_load_superblock). Throws DamagedImage; NotModelled for fast commits.
 */
export function openLog(disk: Disk, extents: readonly Extent[], blocksCount: number): Log {
  const damaged = (number: number, what: string): DamagedImage =>
    new DamagedImage(`journal block ${number}`, findPhysical(extents, number), what);
  const physical = (number: number): number => {
    const found = number < blocksCount ? findPhysical(extents, number) : null;
    if (found === null) throw new DamagedImage('journal', null, `it has no block ${number}`);
    return found;
  };
  const read = (number: number): Uint8Array => readBlock(disk, physical(number), 'journal');
  const bytes = read(0);
  const fields = new BigEndianFields(bytes);
  const refuse = (what: string): never => {
    throw new DamagedImage('journal superblock', physical(0), what);
  };
  const version2 = fields.u32(4) === superblockV2;
  const { blockSizeBytes } = disk.geometry;
  if (fields.u32(0) !== journalMagic) refuse(`its magic number is 0x${fields.u32(0).toString(16)}`);
  if (!version2 && fields.u32(4) !== superblockV1) refuse(`block type ${fields.u32(4)} is no superblock`);
  if (fields.u32(0xc) !== blockSizeBytes) refuse(`blocks of ${fields.u32(0xc)} bytes, not ${blockSizeBytes}`);
  const [length, first] = [fields.u32(0x10), fields.u32(0x14)];
  if (length > blocksCount) refuse(`${length} blocks in a file of ${blocksCount}`);
  if (first === 0 || first >= length) refuse(`its first block ${first} is outside its ${length}`);
  const [compat, incompat, roCompat] = version2
    ? [fields.u32(0x24), fields.u32(0x28), fields.u32(0x2c)]
    : [0, 0, 0];
  const has = (bit: number): boolean => (incompat & bit) !== 0;
  checkFeatures(incompat, roCompat);
  if (version2 && length < blocksMin) refuse(`${length} blocks are too few`);
  if (has(feature.csumV2) && has(feature.csumV3)) refuse('checksums of two versions at once');
  const everyBlock = has(feature.csumV2) || has(feature.csumV3);
  const wholeTransactions = (compat & compatChecksum) !== 0;
  if (everyBlock && wholeTransactions) refuse('checksums of two versions at once');
  if (everyBlock) {
    if (fields.u8(0x50) !== crc32cChecksumType) refuse(`checksum type ${fields.u8(0x50)} is unknown`);
    if (superblockChecksum(bytes) !== fields.u32(superblockChecksumAt)) refuse('its checksum is wrong');
  }
  return {
    blockSizeBytes,
    first,
    end: length,
    start: fields.u32(0x1c),
    sequence: fields.u32(0x18),
    checksums: has(feature.csumV3) ? 'v3' : has(feature.csumV2) ? 'v2' : wholeTransactions ? 'v1' : 'none',
    asyncCommit: has(feature.asyncCommit),
    bit64: has(feature.bit64),
    seed: crc32c(0xffffffff, bytes, 0x30, 0x40),
    physical,
    read,
    damaged,
  };
}

function checkFeatures(incompat: number, roCompat: number): void {
  if (incompat & feature.fastCommit) throw new NotModelled('replaying a journal with fast commits');
  const unknown = [incompat & ~knownIncompat, roCompat];
  if (unknown.every((bits) => bits === 0)) return;
  const words = unknown.map((bits) => `0x${(bits >>> 0).toString(16)}`);
  throw new NotModelled(`journal features incompat ${words[0]}, ro_compat ${words[1]}`);
}

function superblockChecksum(bytes: Uint8Array): number {
  const head = crc32cOfZeros(crc32c(0xffffffff, bytes, 0, superblockChecksumAt), 4);
  return crc32c(head, bytes, superblockChecksumAt + 4, superblockBytes);
}

function findPhysical(extents: readonly Extent[], number: number): number | null {
  let [low, high] = [0, extents.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const extent = extents[middle] as Extent;
    if (number < extent.logical) high = middle - 1;
    else if (number >= extent.logical + extent.length) low = middle + 1;
    else return extent.physical + (number - extent.logical);
  }
  return null;
}

/** The block after `number`, back at the log's first one after its last. */
export function after(log: Log, number: number, count = 1): number {
  const next = number + count;
  return next >= log.end ? next - (log.end - log.first) : next;
}

/** True when every block of the log carries a checksum of its own. */
export function checksEveryBlock(log: Log): boolean {
  return log.checksums === 'v2' || log.checksums === 'v3';
}
