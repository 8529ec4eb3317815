import { NotModelled } from '../../errno.ts';
import { DamagedImage } from '../damaged.ts';
import type { Disk } from '../disk.ts';
import { readExtents } from '../extents.ts';
import { BigEndianFields } from '../fields.ts';
import type { InodeRecord } from '../inode.ts';
import type { ByteSource } from '../source.ts';
import type { JournalReplay } from '../volume.ts';
import { after, checksEveryBlock, type Log, openLog } from './log.ts';
import { overlay, type ReplayedBlock } from './overlay.ts';
import { blockType, findEnd, following, isLater, type LogBlock, walkLog } from './scan.ts';
import { dataChecksum, hasSoundTail } from './tags.ts';

const revokeHeaderBytes = 16;

/**
 * Replays an unclean journal in memory (fs/jbd2/recovery.c: jbd2_journal_recover): returns the filesystem's bytes as
 * a mount would find them after recovery, and what was done. Null when there is nothing to replay. Throws
 * DamagedImage; NotModelled for a journal on another device and for fast commits.
 */
export function replayJournal(
  disk: Disk,
  inodeOf: (ino: number) => InodeRecord,
): { source: ByteSource; replay: JournalReplay } | null {
  const { features } = disk.geometry;
  if (!features.hasJournal) return null;
  const { journalInode } = disk.superblock;
  if (journalInode === 0) throw new NotModelled('a journal on another device (external journal)');
  if (!features.needsRecovery) return null;
  const log = openLog(disk, ...journalFile(disk, inodeOf, journalInode));
  if (log.start === 0) return null;
  const end = findEnd(log);
  const revoked = collectRevoked(log, end);
  const { blocks, skipped } = collectBlocks(disk, log, end, revoked);
  return {
    source: overlay(disk.source, log.blockSizeBytes, blocks),
    replay: {
      transactions: (end - log.sequence) >>> 0,
      blocks: blocks.size,
      revoked: skipped,
      nextSequence: end,
    },
  };
}

function journalFile(
  disk: Disk,
  inodeOf: (ino: number) => InodeRecord,
  ino: number,
): [extents: ReturnType<typeof readExtents>, blocks: number] {
  if (ino > disk.geometry.inodesCount) throw new DamagedImage('journal', null, `inode ${ino} does not exist`);
  const inode = inodeOf(ino);
  if (inode.links === 0 || inode.kind !== 'file') {
    throw new DamagedImage('journal', null, `inode ${ino} is not a file that holds a journal`);
  }
  return [readExtents(disk, inode), Math.floor(inode.sizeBytes / disk.geometry.blockSizeBytes)];
}

/** The complete transactions, block by block. */
function* completeTransactions(log: Log, end: number): Generator<LogBlock> {
  let due = log.sequence;
  if (due === end) return;
  for (const block of walkLog(log, () => due)) {
    yield block;
    if (block.type !== blockType.commit) continue;
    due = following(due);
    if (due === end) return;
  }
  throw log.damaged(log.start, `the log ends at transaction ${due}, before ${end}`);
}

/** Revoked blocks, each with the latest transaction that revoked it (scan_revoke_records). */
function collectRevoked(log: Log, end: number): Map<number, number> {
  const revoked = new Map<number, number>();
  const recordBytes = log.bit64 ? 8 : 4;
  const limit = log.blockSizeBytes - (checksEveryBlock(log) ? 4 : 0);
  for (const { type, bytes, number, sequence } of completeTransactions(log, end)) {
    if (type === blockType.descriptor && !hasSoundTail(log, bytes))
      throw log.damaged(number, 'its checksum is wrong');
    if (type !== blockType.revoke) continue;
    const fields = new BigEndianFields(bytes);
    const used = fields.u32(12);
    if (used > limit) throw log.damaged(number, `${used} bytes of revoke records in a block`);
    for (let at = revokeHeaderBytes; at + recordBytes <= used; at += recordBytes) {
      const block = log.bit64 ? fields.u64(at) : fields.u32(at);
      const known = revoked.get(block);
      if (known === undefined || isLater(sequence, known)) revoked.set(block, sequence);
    }
  }
  return revoked;
}

/** The last version of every block that no later transaction revoked (jbd2_do_replay). */
function collectBlocks(
  disk: Disk,
  log: Log,
  end: number,
  revoked: ReadonlyMap<number, number>,
): { blocks: Map<number, ReplayedBlock>; skipped: number } {
  const blocks = new Map<number, ReplayedBlock>();
  let skipped = 0;
  for (const { tags, dataStart, sequence } of completeTransactions(log, end)) {
    for (const [place, tag] of tags.entries()) {
      const number = after(log, dataStart, place);
      const revokedIn = revoked.get(tag.block);
      if (revokedIn !== undefined && !isLater(sequence, revokedIn)) {
        skipped += 1;
        continue;
      }
      if (tag.checksum !== null && dataChecksum(log, sequence, log.read(number)) !== tag.checksum) {
        throw log.damaged(number, `the checksum for block ${tag.block} is wrong`);
      }
      if (tag.block >= disk.geometry.blocksCount) {
        throw log.damaged(number, `belongs to block ${tag.block}, past the filesystem's end`);
      }
      blocks.set(tag.block, { from: log.physical(number), escaped: tag.escaped });
    }
  }
  return { blocks, skipped };
}
