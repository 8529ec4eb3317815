import { DamagedImage } from './damaged.ts';
import type { Disk } from './disk.ts';
import { Fields } from './fields.ts';
import { type InodeRecord, inodeFlags } from './inode.ts';

/** One entry of a directory block, unused ones (inode 0) included (fs/ext4/ext4.h: struct ext4_dir_entry_2). */
export interface DirectoryEntry {
  readonly ino: number;
  readonly name: Uint8Array;
  /** Bytes from this entry to the next. */
  readonly recordLength: number;
  /** EXT4_FT_*: 0 unknown, 1 file, 2 directory, 7 symbolic link; 0xDE marks the checksum tail. */
  readonly fileType: number;
  /** Place inside the block's bytes. */
  readonly offset: number;
}

const headerBytes = 8;
/** Fake file type of the entry at a block's end that holds its checksum. */
const checksumFileType = 0xde;
/** Bytes of the entry at a block's end that holds its checksum (struct ext4_dir_entry_tail). */
export const checksumTailBytes = 12;

/** fs/ext4/ext4.h: ext4_rec_len_from_disk; blocks of 64 KiB need two bits more than the field has. */
export function recordLengthOf(coded: number, blockSizeBytes: number): number {
  if (blockSizeBytes < 65536) return coded;
  return coded === 65535 || coded === 0 ? blockSizeBytes : (coded & 65532) + (coded & 3) * 65536;
}

/** Least bytes of an entry (fs/ext4/ext4.h: ext4_dir_rec_len); encrypted and casefolded directories keep the hash too. */
function leastRecordLength(nameLength: number, hashInEntry: boolean): number {
  return ((headerBytes + nameLength + 3) & ~3) + (hashInEntry ? 8 : 0);
}

/** Whether the entries keep their names' hashes (ext4_hash_in_dirent()): encrypted and casefolded directories. */
export function hasHashInEntry(directory: InodeRecord): boolean {
  const both = inodeFlags.encrypt | inodeFlags.casefold;
  return (directory.flags & both) === both;
}

/** True when `bytes` end in a checksum entry (fs/ext4/namei.c: get_dirent_tail). */
export function hasChecksumTail(bytes: Uint8Array): boolean {
  const tail = new Fields(bytes.subarray(bytes.length - checksumTailBytes));
  return (
    tail.u32(0) === 0 &&
    tail.u16(4) === checksumTailBytes &&
    tail.u8(6) === 0 &&
    tail.u8(7) === checksumFileType
  );
}

/**
 * The entries of `bytes`, one block's or one inline area's, up to `endBytes`, each checked as the kernel does
 * (fs/ext4/dir.c: __ext4_check_dir_entry). `block` is for the error only.
 */
export function parseEntries(
  disk: Disk,
  directory: InodeRecord,
  bytes: Uint8Array,
  endBytes: number,
  block: number | null,
): DirectoryEntry[] {
  const fields = new Fields(bytes);
  const hashed = hasHashInEntry(directory);
  const entries: DirectoryEntry[] = [];
  for (let offset = 0; offset < endBytes;) {
    const refuse = (what: string): never => {
      throw new DamagedImage(`directory ${directory.ino}`, block, `entry at byte ${offset}: ${what}`);
    };
    if (offset + headerBytes > endBytes) return refuse('it runs past the end');
    const ino = fields.u32(offset);
    const nameLength = fields.u8(offset + 6);
    const recordLength = recordLengthOf(fields.u16(offset + 4), disk.geometry.blockSizeBytes);
    const isDot = nameLength <= 2 && bytes[offset + headerBytes] === 0x2e;
    const least = leastRecordLength(Math.max(nameLength, 1), hashed && !isDot && ino !== 0);
    if (recordLength % 4 !== 0 || recordLength < least) {
      return refuse(`a record of ${recordLength} bytes for a name of ${nameLength}`);
    }
    if (offset + recordLength > endBytes) return refuse('it runs past the end');
    if (ino > disk.geometry.inodesCount) return refuse(`inode ${ino} of ${disk.geometry.inodesCount}`);
    entries.push({
      ino,
      name: fields.slice(offset + headerBytes, nameLength),
      recordLength,
      fileType: fields.u8(offset + 7),
      offset,
    });
    offset += recordLength;
  }
  return entries;
}
