import { crc32c, crc32cOfZeros } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import { hasHashInEntry, recordLengthOf } from './directory-entries.ts';
import type { Disk } from './disk.ts';
import { Fields } from './fields.ts';
import { type InodeRecord, inodeChecksumSeed } from './inode.ts';

/** The hash index of a dx root or node (fs/ext4/namei.c: struct dx_root, dx_node). */
export interface HashIndex {
  /** Of the root's dx_root_info; null in nodes. */
  readonly hashVersion: number | null;
  /** Levels of nodes below the root (root only; 0 in nodes). */
  readonly indirectLevels: number;
  /** Entries that fit, and entries in use. */
  readonly limit: number;
  readonly count: number;
  /** The first entry's hash is 0: its place on disk holds limit and count. */
  readonly entries: readonly { readonly hash: number; readonly block: number }[];
}

const rootInfoAt = 24;
const rootInfoBytes = 8;
const rootEntriesAt = rootInfoAt + rootInfoBytes;
const nodeEntriesAt = 8;
const entryBytes = 8;
const tailBytes = 8;
const sipHash = 6;

/** Where an index block was found, for its errors. */
interface Place {
  readonly directory: InodeRecord;
  readonly block: number;
}

function damaged(place: Place, what: string): DamagedImage {
  return new DamagedImage(`hash index of directory ${place.directory.ino}`, place.block, what);
}

/** Levels of nodes below the root that the kernel accepts, less one (fs/ext4/ext4.h: ext4_dir_htree_level). */
function levelsMax(disk: Disk): number {
  return disk.geometry.features.largeDir ? 2 : 1;
}

/** The root in a hashed directory's first block (fs/ext4/namei.c: dx_probe). Throws DamagedImage. */
export function parseHashRoot(
  disk: Disk,
  directory: InodeRecord,
  bytes: Uint8Array,
  block: number,
): HashIndex {
  const place = { directory, block };
  const fields = new Fields(bytes);
  const dotLength = recordLengthOf(fields.u16(4), bytes.length);
  const dotDotLength = recordLengthOf(fields.u16(16), bytes.length);
  if (dotLength !== 12 || dotDotLength !== bytes.length - 12)
    throw damaged(place, 'its . and .. entries are not in place');
  const [zero, hashVersion, infoLength] = [
    fields.u32(rootInfoAt),
    fields.u8(rootInfoAt + 4),
    fields.u8(rootInfoAt + 5),
  ];
  const [indirectLevels, unusedFlags] = [fields.u8(rootInfoAt + 6), fields.u8(rootInfoAt + 7)];
  if (zero !== 0 || infoLength !== rootInfoBytes) throw damaged(place, 'its header is not that of a root');
  const known = hasHashInEntry(directory) ? hashVersion === sipHash : hashVersion <= 2;
  if (!known) throw damaged(place, `hash version ${hashVersion} is unknown here`);
  if (unusedFlags & 1) throw damaged(place, `flags 0x${unusedFlags.toString(16)} are unknown`);
  if (indirectLevels > levelsMax(disk))
    throw damaged(place, `${indirectLevels} levels, of at most ${levelsMax(disk)}`);
  const list = parseEntries(disk, place, fields, rootEntriesAt);
  return { hashVersion, indirectLevels, ...list };
}

/** An inner node; it looks like one unused entry as long as the block. */
export function parseHashNode(
  disk: Disk,
  directory: InodeRecord,
  bytes: Uint8Array,
  block: number,
): HashIndex {
  const place = { directory, block };
  const fields = new Fields(bytes);
  if (fields.u32(0) !== 0 || recordLengthOf(fields.u16(4), bytes.length) !== bytes.length) {
    throw damaged(place, 'a block of entries where a node should be');
  }
  return { hashVersion: null, indirectLevels: 0, ...parseEntries(disk, place, fields, nodeEntriesAt) };
}

function parseEntries(
  disk: Disk,
  place: Place,
  fields: Fields,
  at: number,
): Pick<HashIndex, 'limit' | 'count' | 'entries'> {
  const limit = fields.u16(at);
  const count = fields.u16(at + 2);
  const checksums = disk.geometry.features.metadataCsum;
  const fits = Math.floor((fields.bytes.length - at - (checksums ? tailBytes : 0)) / entryBytes);
  if (limit !== fits) throw damaged(place, `room for ${limit} entries announced, ${fits} expected`);
  if (count === 0 || count > limit) throw damaged(place, `${count} entries in room for ${limit}`);
  if (checksums) verifyChecksum(disk, place, fields, at, limit, count);
  const entries = [{ hash: 0, block: fields.u32(at + 4) }];
  for (let entry = 1; entry < count; entry++) {
    const hash = fields.u32(at + entry * entryBytes);
    if (hash < (entries[entry - 1] as { hash: number }).hash)
      throw damaged(place, `entry ${entry} is out of order`);
    entries.push({ hash, block: fields.u32(at + entry * entryBytes + 4) });
  }
  // The upper four bits of a block number are reserved (dx_get_block).
  return { limit, count, entries: entries.map(({ hash, block }) => ({ hash, block: block & 0x0fffffff })) };
}

/** fs/ext4/namei.c: ext4_dx_csum: the used entries, the tail's reserved word, and zero for the checksum itself. */
function verifyChecksum(
  disk: Disk,
  place: Place,
  fields: Fields,
  at: number,
  limit: number,
  count: number,
): void {
  const tailAt = at + limit * entryBytes;
  let crc = crc32c(inodeChecksumSeed(disk, place.directory), fields.bytes, 0, at + count * entryBytes);
  crc = crc32cOfZeros(crc32c(crc, fields.bytes, tailAt, tailAt + 4), 4);
  const recorded = fields.u32(tailAt + 4);
  if (recorded === crc) return;
  throw damaged(place, `its checksum is 0x${crc.toString(16)}, but 0x${recorded.toString(16)} is recorded`);
}
