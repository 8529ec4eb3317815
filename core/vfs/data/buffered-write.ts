import { Refused } from '../../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { beginBlocks, lookupFor } from './begin-blocks.ts';
import { markDirty, stateOf } from './blocks.ts';
import { pagesOf } from './file-data.ts';
import { finishInline, writeInline } from './inline-data.ts';
import { pageCredits } from './credits.ts';
import { journalsData } from './modes.ts';
import { prefersAllocationNow } from './nearly-full.ts';
import { buffer, type Folio } from './page-cache.ts';
import { truncateFailedWrite } from './truncate.ts';
import { zeroPartialBlocks } from './zero.ts';

/** A part of a write that fits into one folio. */
interface Chunk {
  readonly position: number;
  readonly length: number;
}

/**
 * mm/filemap.c, generic_perform_write(): folio by folio through the page cache. Returns the bytes written; throws
 * Refused when not one was.
 */
export function performWrite(fs: Filesystem, inode: Inode, offset: number, length: number): number {
  const folioBytesMost = fs.machine.pageSizeBytes * 2 ** pagesOf(fs, inode).orderMost;
  let written = 0;
  while (written < length) {
    const position = offset + written;
    const room = folioBytesMost - (position % folioBytesMost);
    try {
      written += writeChunk(fs, inode, { position, length: Math.min(room, length - written) });
    } catch (error) {
      if (!(error instanceof Refused) || written === 0) throw error;
      break;
    }
  }
  return written;
}

/** write_begin, the copy and write_end; the bytes that went into the folio. */
function writeChunk(fs: Filesystem, inode: Inode, chunk: Chunk): number {
  const delayed = fs.options.delayedAllocation && !journalsData(fs, inode) && !prefersAllocationNow(fs);
  const answer = writeInline(fs, inode, chunk.position, chunk.length, delayed);
  if (answer === 'inline') {
    finishInline(fs, inode, chunk.position + chunk.length);
    return chunk.length;
  }
  const { folio, length } = delayed ? beginDelayed(fs, inode, chunk) : beginNow(fs, inode, chunk);
  const written = { position: chunk.position, length };
  markWritten(fs, inode, folio, written);
  if (delayed) endDelayed(fs, inode, folio, written);
  else endNow(fs, inode, written);
  return length;
}

/** write_begin_get_folio(): the folio for a chunk, and how much of the chunk it takes. */
function folioFor(
  fs: Filesystem,
  inode: Inode,
  { position, length }: Chunk,
): { folio: Folio; length: number } {
  const { pageSizeBytes } = fs.machine;
  const order = Math.max(0, Math.floor(Math.log2(length / pageSizeBytes)));
  const folio = pagesOf(fs, inode).obtain(Math.floor(position / pageSizeBytes), order);
  const end = (folio.index + folio.pages) * pageSizeBytes;
  return { folio, length: Math.min(length, end - position) };
}

/** ext4_da_write_begin(): blocks are only reserved. */
function beginDelayed(fs: Filesystem, inode: Inode, chunk: Chunk): { folio: Folio; length: number } {
  let { length } = chunk;
  for (let retries = 0; ; retries++) {
    const taken = folioFor(fs, inode, { position: chunk.position, length });
    ({ length } = taken);
    try {
      begin(fs, inode, taken.folio, { position: chunk.position, length }, true);
      return taken;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (chunk.position + length > inode.sizeBytes) truncateFailedWrite(fs, inode);
      if (error.errno !== 'ENOSPC' || !fs.journal.shouldRetryAllocation(retries)) throw error;
    }
  }
}

/** ext4_write_begin(): blocks are allocated one by one, at once. */
function beginNow(fs: Filesystem, inode: Inode, chunk: Chunk): { folio: Folio; length: number } {
  let taken = folioFor(fs, inode, chunk);
  if (journalsData(fs, inode)) fs.journal.reserve(pageCredits(fs, inode));
  for (let retries = 0; ; retries++) {
    const { folio, length } = taken;
    try {
      begin(fs, inode, folio, { position: chunk.position, length }, false);
      return taken;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (chunk.position + length > inode.sizeBytes) truncateFailedWrite(fs, inode, folio);
      if (error.errno !== 'ENOSPC' || !fs.journal.shouldRetryAllocation(retries)) throw error;
      // The folio may have been truncated; the kernel then grabs another one (retry_grab), for what is left of the chunk.
      const held = pagesOf(fs, inode).find(Math.floor(chunk.position / fs.machine.pageSizeBytes)) === folio;
      if (!held) taken = folioFor(fs, inode, { position: chunk.position, length });
    }
  }
}

function begin(
  fs: Filesystem,
  inode: Inode,
  folio: Folio,
  { position, length }: Chunk,
  delayed: boolean,
): void {
  const from = position - folio.index * fs.machine.pageSizeBytes;
  beginBlocks(fs, inode, folio, from, from + length, lookupFor(fs, inode, delayed));
}

/** block_write_end(): what was copied is dirty. */
function markWritten(fs: Filesystem, inode: Inode, folio: Folio, { position, length }: Chunk): void {
  const size = fs.geometry.blockSizeBytes;
  const from = position - folio.index * fs.machine.pageSizeBytes;
  if (journalsData(fs, inode)) {
    fs.journal.takeBlocks(inode, Math.floor(position / size), Math.ceil((position + length) / size));
  }
  markDirty(fs, inode, folio, Math.floor(from / size), Math.ceil((from + length) / size));
}

/** ext4_da_do_write_end(): i_disksize follows only where the last block has a place already. */
function endDelayed(fs: Filesystem, inode: Inode, folio: Folio, { position, length }: Chunk): void {
  const oldSize = inode.sizeBytes;
  const end = position + length;
  if (end > oldSize) {
    inode.sizeBytes = end;
    const within = end - 1 - folio.index * fs.machine.pageSizeBytes;
    const last = stateOf(folio, Math.floor(within / fs.geometry.blockSizeBytes));
    if (last & buffer.mapped && !(last & (buffer.delayed | buffer.unwritten))) {
      inode.diskSizeBytes = Math.max(inode.diskSizeBytes, end);
      fs.journal.touch(inode, true);
    }
  }
  if (position > oldSize && fs.behaviour.endZeroing === 'after') {
    zeroPartialBlocks(fs, inode, oldSize, position - oldSize);
    fs.journal.touch(inode, false);
  }
}

/** ext4_write_end() and ext4_journalled_write_end() */
function endNow(fs: Filesystem, inode: Inode, { position, length }: Chunk): void {
  const oldSize = inode.sizeBytes;
  const end = position + length;
  if (end > inode.sizeBytes || end > inode.diskSizeBytes || journalsData(fs, inode))
    fs.journal.touch(inode, true);
  inode.sizeBytes = Math.max(inode.sizeBytes, end);
  inode.diskSizeBytes = Math.max(inode.diskSizeBytes, end);
  const zeroes = fs.behaviour.endZeroing === 'after' && oldSize < position;
  if (zeroes) zeroPartialBlocks(fs, inode, oldSize, position - oldSize);
}
