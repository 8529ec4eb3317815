import { Refused } from '../../errno.ts';
import type { Filesystem, Mapped } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { checkAlignedWrite } from './aligned-checks.ts';
import { mapForDirect } from './direct-map.ts';
import { writableBytes } from './limits.ts';
import { fileModified } from './modified.ts';
import { syncWrite, type WriteSync } from './sync.ts';
import { truncateFailedWrite } from './truncate.ts';
import { invalidatePages } from './truncate-pages.ts';
import { writeAndWait } from './write-pages.ts';

/** dma_alignment of a device that names none, as a loop device: buffers have whole sectors. */
const bufferAlignBytes = 512;
/** BIO_MAX_VECS: buffers in one request. */
const bufferCountMost = 256;

/** One direct write, as it reaches ext4_dio_write_iter(). Bytes. */
export interface DirectRequest {
  readonly offset: number;
  readonly length: number;
  /** Length of each buffer; every one begins at a page. */
  readonly bufferBytes: number;
  readonly atomic: boolean;
  readonly sync: WriteSync;
}

/** A direct write under way: whether it is a pure overwrite under the shared lock, which only reads the mapping. */
type TransferRequest = DirectRequest & { readonly overwrites: boolean };

/** Bytes written, and bytes that are left for the page cache. */
export interface DirectResult {
  readonly written: number;
  readonly left: number;
}

/**
 * ext4_dio_write_iter() of fs/ext4/file.c up to its buffered fallback, which is the caller's. Throws Refused.
 */
export function writeDirect(fs: Filesystem, inode: Inode, request: DirectRequest): DirectResult {
  inode.states.delete('may-inline-data');
  const length = writableBytes(fs, inode, request.offset, request.length);
  const end = request.offset + length;
  if (request.atomic && fs.directWrites.atomicWrites === 'aligned') {
    checkAlignedWrite(fs, inode, request.offset, length);
  }
  const extending = end > inode.sizeBytes || end > inode.diskSizeBytes;
  const overwrites = isOverwrite(fs, inode, request.offset, length) && !extending;
  const sharesLock = overwrites && inode.states.has('no-security');
  fileModified(fs, inode);
  try {
    const written = transfer(fs, inode, { ...request, length, overwrites: sharesLock });
    return { written, left: length - written };
  } catch (error) {
    if (extending && error instanceof Refused) truncateFailedWrite(fs, inode);
    throw error;
  }
}

/** ext4_overwrite_io(), for written blocks. Its lookup fills the extent status cache. */
function isOverwrite(fs: Filesystem, inode: Inode, offset: number, length: number): boolean {
  if (offset + length > inode.sizeBytes) return false;
  const size = fs.geometry.blockSizeBytes;
  const first = Math.floor(offset / size);
  const blocks = Math.ceil((offset + length) / size) - first;
  const found = fs.mapping.map(inode, first, blocks, 0);
  return found.state === 'written' && found.length === blocks;
}

/** iomap_dio_rw() of fs/iomap/direct-io.c with ext4's operations; bytes written. Throws Refused. */
function transfer(fs: Filesystem, inode: Inode, request: TransferRequest): number {
  if (!dropCache(fs, inode, request)) return 0;
  const state = new Transfer(fs, inode, request);
  state.run();
  const { written } = state;
  if (written > 0 && state.needsSync) syncWrite(fs, inode, request.sync, request.offset, written);
  return written;
}

/**
 * kiocb_invalidate_pages(): false (ENOTBLK) where cached data could not be written or dropped. An atomic write does not fall
 * back to the page cache then; the RFC's patch 1 leaves it the error as it is.
 */
function dropCache(fs: Filesystem, inode: Inode, { offset, length, atomic }: DirectRequest): boolean {
  const aligned = fs.directWrites.atomicWrites === 'aligned';
  try {
    writeAndWait(fs, inode, offset, offset + length - 1);
    if (invalidatePages(fs, inode, offset, offset + length - 1)) return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (atomic && aligned) throw error;
  }
  if (atomic)
    throw new Refused(aligned ? 'EBUSY' : 'EAGAIN', 'cached data of the range could not be dropped');
  return false;
}

/** struct iomap_dio */
class Transfer {
  readonly #fs: Filesystem;
  readonly #inode: Inode;
  readonly #request: TransferRequest;
  written = 0;
  needsSync: boolean;
  #unwritten = false;
  #writeThrough: boolean;
  readonly #buffersFit: boolean;

  constructor(fs: Filesystem, inode: Inode, request: TransferRequest) {
    this.#fs = fs;
    this.#inode = inode;
    this.#request = request;
    this.needsSync = request.sync !== 'none';
    this.#writeThrough = request.sync === 'dsync';
    this.#buffersFit = request.bufferBytes >= request.length || request.bufferBytes % bufferAlignBytes === 0;
  }

  run(): void {
    const { length } = this.#request;
    while (this.written < length && this.#writePiece()) continue;
    if (this.#writeThrough) this.needsSync = false;
    this.#complete();
  }

  /** iomap_iter() and iomap_dio_bio_iter(): false where the rest is for the page cache. */
  #writePiece(): boolean {
    const { offset, atomic, overwrites } = this.#request;
    const position = offset + this.written;
    const left = this.#request.length - this.written;
    const piece = mapForDirect(this.#fs, this.#inode, { offset: position, length: left, atomic, overwrites });
    if (piece.fallback) return false;
    if (piece.state === 'delayed') return this.#refuse('EIO', 'a direct write met delayed data');
    const end = (piece.logical + piece.length) * this.#fs.geometry.blockSizeBytes;
    const length = Math.min(end - position, left);
    const unit = this.#fs.machine.logicalBlockBytes ?? 512;
    if (position % unit !== 0 || length % unit !== 0)
      return this.#refuse('EINVAL', 'not aligned to logical blocks');
    if (atomic && length !== left) throw new Refused('EINVAL', 'an atomic write needs one extent');
    if (!this.#buffersFit) return this.#failAtDevice(position, length, left);
    if (atomic && this.#fs.directWrites.atomicWrites === 'aligned') this.#requirePure(piece, position + left);
    if (piece.state === 'unwritten') this.#unwritten = true;
    const pure = piece.state === 'written' && !piece.isNew && position + left <= this.#inode.sizeBytes;
    if (!pure || !this.#fs.machine.writeThrough || this.#fs.journal.isDirty(this.#inode))
      this.#writeThrough = false;
    this.written += length;
    return true;
  }

  /** An error of iomap_dio_bio_iter(): false where ext4_iomap_end() turns it into ENOTBLK, which leaves the rest to the page cache. */
  #refuse(errno: 'EINVAL' | 'EIO', why: string): false {
    if (this.#fs.directWrites.errorsFallBack && !this.#request.atomic) return false;
    throw new Refused(errno, why);
  }

  /**
   * The block layer refuses the first request (bio_split_rw_at()), which the next piece finds out only after it has
   * been mapped.
   */
  #failAtDevice(position: number, length: number, left: number): false {
    const { bufferBytes, atomic, overwrites } = this.#request;
    const { checksBuffersFirst } = this.#fs.directWrites;
    const first = Math.min(length, bufferBytes * bufferCountMost);
    const offset = position + first;
    if (first < left && !checksBuffersFirst) {
      mapForDirect(this.#fs, this.#inode, { offset, length: left - first, atomic, overwrites });
    }
    return this.#refuse('EINVAL', 'buffers that the device cannot take');
  }

  /**
   * iomap_dio_bio_iter() of the series under the RFC: without RWF_DSYNC or RWF_SYNC there must be nothing but data to write. The
   * blocks have been allocated by then.
   */
  #requirePure({ state }: Mapped, end: number): void {
    if (this.needsSync) return;
    const dirty = this.#fs.journal.isDirty(this.#inode) || end > this.#inode.sizeBytes;
    if (dirty || state !== 'written')
      throw new Refused('EIO', 'an atomic write that needs a sync, without one');
  }

  /** ext4_dio_write_end_io(): unwritten blocks become written, then the size follows. */
  #complete(): void {
    const { offset } = this.#request;
    const end = offset + this.written;
    if (this.written > 0 && this.#unwritten) {
      const size = this.#fs.geometry.blockSizeBytes;
      const first = Math.floor(offset / size);
      this.#fs.mapping.convertUnwritten(this.#inode, first, Math.ceil(end / size) - first);
      this.#fs.journal.touch(this.#inode, true);
    }
    if (end <= this.#inode.diskSizeBytes && end <= this.#inode.sizeBytes) return;
    this.#inode.sizeBytes = Math.max(this.#inode.sizeBytes, end);
    this.#inode.diskSizeBytes = Math.max(this.#inode.diskSizeBytes, end);
    this.#fs.journal.touch(this.#inode, true);
  }
}
