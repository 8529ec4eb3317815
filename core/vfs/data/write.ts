import { Refused } from '../../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { performWrite } from './buffered-write.ts';
import { writeDirect } from './direct-write.ts';
import { callBytes, writableBytes } from './limits.ts';
import { journalsData } from './modes.ts';
import { fileModified } from './modified.ts';
import { syncWrite, type WriteSync } from './sync.ts';
import { evictCleanPages } from './truncate-pages.ts';
import { writeAndWait } from './write-pages.ts';
import { zeroEnd } from './zero.ts';

/** One pwritev2(2). Bytes; `vectors` of equal length from page-aligned memory. */
export interface WriteRequest {
  readonly offset: number;
  readonly length: number;
  readonly vectors: number;
  readonly direct: boolean;
  readonly atomic: boolean;
  readonly sync: WriteSync;
}

/** The limits of RWF_ATOMIC that the descriptor's file had when it was opened; null where it has none. */
export interface AtomicLimits {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** ext4_atomic_write_init() and ext4_inode_can_atomic_write(), for a file that is being opened. */
export function atomicLimits(fs: Filesystem, inode: Inode): AtomicLimits | null {
  if (fs.directWrites.atomicWrites !== 'one-extent') return null;
  const device = fs.machine.atomicWrite;
  if (!device || device.unitMaxBytes === 0 || !fs.geometry.features.extents || !inode.usesExtents)
    return null;
  const { blockSizeBytes, clusterRatio } = fs.geometry;
  const minBytes = Math.max(blockSizeBytes, device.unitMinBytes);
  const maxBytes = Math.min(blockSizeBytes * clusterRatio, device.unitMaxBytes);
  return minBytes <= maxBytes ? { minBytes, maxBytes } : null;
}

/** pwritev2(2) on a regular file: bytes written. Throws Refused. */
export function writeFile(
  fs: Filesystem,
  inode: Inode,
  request: WriteRequest,
  limits: AtomicLimits | null,
): number {
  const length = callBytes(request.length);
  if (length === 0) return 0;
  if (request.atomic && fs.directWrites.atomicWrites !== 'aligned')
    checkAtomic({ ...request, length }, limits);
  if (!request.direct || !takesDirect(fs, inode)) return writeBuffered(fs, inode, { ...request, length });
  const bufferBytes = request.length / request.vectors;
  const { written, left } = writeDirect(fs, inode, { ...request, length, bufferBytes });
  if (left === 0) return written;
  return written + finishBuffered(fs, inode, { ...request, offset: request.offset + written, length: left });
}

/** kiocb_set_rw_flags() and ext4_file_write_iter() with generic_atomic_write_valid(), in their order. */
function checkAtomic(request: WriteRequest, limits: AtomicLimits | null): void {
  const { offset, length, vectors, direct } = request;
  if (!limits) throw new Refused('EOPNOTSUPP', 'the file cannot be written atomically');
  const fits = length >= limits.minBytes && length <= limits.maxBytes;
  const powerOfTwo = Number.isInteger(Math.log2(length));
  if (!fits || vectors !== 1 || !powerOfTwo || offset % length !== 0) {
    throw new Refused('EINVAL', 'not a length, vector or offset that can be written atomically');
  }
  if (!direct) throw new Refused('EOPNOTSUPP', 'atomic writes are direct writes');
}

/** ext4_should_use_dio(): journalled and inline data cannot be written directly, whatever the alignment. */
function takesDirect(fs: Filesystem, inode: Inode): boolean {
  return !journalsData(fs, inode) && !inode.inlineData;
}

/** ext4_buffered_write_iter() */
function writeBuffered(fs: Filesystem, inode: Inode, request: WriteRequest): number {
  const length = writableBytes(fs, inode, request.offset, request.length);
  fileModified(fs, inode);
  if (request.offset > inode.sizeBytes) zeroEnd(fs, inode, inode.sizeBytes, request.offset);
  const written = performWrite(fs, inode, request.offset, length);
  syncWrite(fs, inode, request.sync, request.offset, written);
  return written;
}

/** The end of ext4_dio_write_iter(): what could not be written directly goes through the page cache, and out of it. */
function finishBuffered(fs: Filesystem, inode: Inode, request: WriteRequest): number {
  const written = writeBuffered(fs, inode, request);
  const last = request.offset + written - 1;
  try {
    writeAndWait(fs, inode, request.offset, last);
    evictCleanPages(fs, inode, request.offset, last);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  return written;
}
