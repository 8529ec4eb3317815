import { crc32c } from '../checksum/crc32c.ts';
import { BigEndianFields } from '../fields.ts';
import { checksEveryBlock, type Log } from './log.ts';

const headerBytes = 12;
const tailBytes = 4;
const uuidBytes = 16;
const flag = { escaped: 1, sameUuid: 2, last: 8 } as const;

/** One entry of a descriptor block: where the journal block that belongs to it goes. */
export interface Tag {
  readonly block: number;
  /** The data began with jbd2's magic number, which is zero in the log. */
  readonly escaped: boolean;
  /** Checksum of the data, with 16 bits in version 2; null where there is none. */
  readonly checksum: number | null;
}

/** fs/jbd2/journal.c: journal_tag_bytes. */
function tagBytes(log: Log): number {
  if (log.checksums === 'v3') return 16;
  return 8 + (log.checksums === 'v2' ? 2 : 0) + (log.bit64 ? 4 : 0);
}

/** The tags of a descriptor block (fs/jbd2/recovery.c: count_tags, jbd2_do_replay). */
export function tagsOf(log: Log, bytes: Uint8Array): Tag[] {
  const fields = new BigEndianFields(bytes);
  const size = tagBytes(log);
  const end = bytes.length - (checksEveryBlock(log) ? tailBytes : 0);
  const tags: Tag[] = [];
  for (let at = headerBytes; at + size <= end;) {
    const flags = fields.u16(at + 6);
    const high = log.bit64 ? fields.u32(at + 8) : 0;
    const checksum =
      log.checksums === 'v3' ? fields.u32(at + 12) : log.checksums === 'v2' ? fields.u16(at + 4) : null;
    tags.push({ block: high * 2 ** 32 + fields.u32(at), escaped: (flags & flag.escaped) !== 0, checksum });
    at += size + (flags & flag.sameUuid ? 0 : uuidBytes);
    if (flags & flag.last) break;
  }
  return tags;
}

/** Checksum of a data block for its tag: over the transaction's number, big-endian, and the block as it is in the log. */
export function dataChecksum(log: Log, sequence: number, bytes: Uint8Array): number {
  const number = new Uint8Array([sequence >>> 24, sequence >>> 16, sequence >>> 8, sequence]);
  const whole = crc32c(crc32c(log.seed, number), bytes);
  return log.checksums === 'v2' ? whole & 0xffff : whole;
}

/** False when a descriptor or revoke block carries a checksum and it is wrong (jbd2_descriptor_block_csum_verify). */
export function hasSoundTail(log: Log, bytes: Uint8Array): boolean {
  if (!checksEveryBlock(log)) return true;
  const end = bytes.length - tailBytes;
  const calculated = crc32c(crc32c(log.seed, bytes, 0, end), new Uint8Array(tailBytes));
  return calculated === new BigEndianFields(bytes).u32(end);
}
