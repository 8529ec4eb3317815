import { crc32be } from '../checksum/crc32be.ts';
import { crc32c, crc32cOfZeros } from '../checksum/crc32c.ts';
import { BigEndianFields } from '../fields.ts';
import { after, checksEveryBlock, journalMagic, type Log } from './log.ts';
import { hasSoundTail, type Tag, tagsOf } from './tags.ts';

/** JBD2_DESCRIPTOR_BLOCK and its kind: what a block of the log is. */
export const blockType = { descriptor: 1, commit: 2, revoke: 5 } as const;

const commitChecksumAt = 0x10;
const commitSecondsAt = 0x30;
const commitHeaderBytes = 64;

/** A block of the log's own kind, as a pass over the log meets it. `tags` are a descriptor's. */
export interface LogBlock {
  readonly number: number;
  readonly type: number;
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly tags: readonly Tag[];
  /** Journal block of the first data block behind a descriptor. */
  readonly dataStart: number;
}

/**
 * The log from its start: every block with jbd2's magic number and the sequence number that is due (`due()`), the
 * data blocks behind descriptors skipped. Ends at the first other block. Throws DamagedImage after one whole round.
 */
export function* walkLog(log: Log, due: () => number): Generator<LogBlock> {
  let number = log.start;
  for (let passed = 0; ;) {
    const bytes = log.read(number);
    const fields = new BigEndianFields(bytes);
    if (fields.u32(0) !== journalMagic || fields.u32(8) !== due()) return;
    const type = fields.u32(4);
    const tags = type === blockType.descriptor ? tagsOf(log, bytes) : [];
    const dataStart = after(log, number);
    yield { number, type, sequence: fields.u32(8), bytes, tags, dataStart };
    number = after(log, dataStart, tags.length);
    passed += 1 + tags.length;
    if (passed > log.end - log.first) throw log.damaged(number, 'the log runs in a circle');
  }
}

/** True when transaction `left` comes after `right`, also where the numbers wrap (tid_gt). */
export function isLater(left: number, right: number): boolean {
  return ((left - right) | 0) > 0;
}

/** Number of the transaction after `sequence`. */
export function following(sequence: number): number {
  return (sequence + 1) >>> 0;
}

/**
 * The first pass of recovery (fs/jbd2/recovery.c: do_one_pass, PASS_SCAN): the sequence number of the first
 * transaction that is not complete. A wrong checksum ends the log where stale blocks are to be expected, and is damage
 * where the transaction is younger than its forerunner.
 */
export function findEnd(log: Log): number {
  let due = log.sequence;
  let lastCommitSeconds = 0;
  let suspicious = false;
  let transactionSum = 0xffffffff;
  let failed: number | null = null;
  for (const block of walkLog(log, () => due)) {
    if (block.type === blockType.descriptor) {
      if (!hasSoundTail(log, block.bytes)) suspicious = true;
      if (log.checksums === 'v1' && failed === null)
        transactionSum = sumTransaction(log, block, transactionSum);
    } else if (block.type === blockType.revoke) {
      if (!hasSoundTail(log, block.bytes)) suspicious = true;
    } else if (block.type === blockType.commit) {
      const seconds = new BigEndianFields(block.bytes).u64(commitSecondsAt);
      if (suspicious) {
        if (seconds >= lastCommitSeconds)
          throw log.damaged(block.number, `a wrong checksum in transaction ${due}`);
        return failed ?? due;
      }
      if (log.checksums === 'v1' && failed !== null) return failed;
      if (!isCommitSound(log, block.bytes, transactionSum)) {
        if (seconds < lastCommitSeconds) return failed ?? due;
        failed = due;
        if (!log.asyncCommit) return failed;
      } else if (log.checksums === 'v1') {
        transactionSum = 0xffffffff;
      }
      lastCommitSeconds = seconds;
      due = following(due);
    } else {
      return failed ?? due;
    }
  }
  return failed ?? due;
}

function sumTransaction(log: Log, block: LogBlock, sum: number): number {
  let total = crc32be(sum, block.bytes);
  for (let at = 0; at < block.tags.length; at++) {
    total = crc32be(total, log.read(after(log, block.dataStart, at)));
  }
  return total;
}

function isCommitSound(log: Log, bytes: Uint8Array, transactionSum: number): boolean {
  const fields = new BigEndianFields(bytes);
  const recorded = fields.u32(commitChecksumAt);
  if (log.checksums === 'v1') {
    const [type, size] = [fields.u8(0xc), fields.u8(0xd)];
    return (
      (recorded === transactionSum && type === 1 && size === 4) ||
      (recorded === 0 && type === 0 && size === 0)
    );
  }
  if (!checksEveryBlock(log)) return true;
  // Second try: a commit block of which only the header reached the disk (jbd2_commit_block_csum_verify_partial).
  const headerOnly = new Uint8Array(bytes.length);
  headerOnly.set(bytes.subarray(0, commitHeaderBytes));
  return [bytes, headerOnly].some((block) => commitChecksum(log, block) === recorded);
}

function commitChecksum(log: Log, bytes: Uint8Array): number {
  const head = crc32cOfZeros(crc32c(log.seed, bytes, 0, commitChecksumAt), 4);
  return crc32c(head, bytes, commitChecksumAt + 4);
}
