import { Refused } from '../../errno.ts';
import { getBlocks, type Filesystem, type Mapped } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { directBlocksMost, flagsForDirect, type DirectRange } from './direct-range.ts';

/** Blocks of one file that are to be mapped. */
interface Wanted {
  readonly logical: number;
  readonly length: number;
}

const misaligned =
  'ext4_map_blocks_aligned:518: the mapping is not one extent of the whole length at a multiple of it';

/**
 * ext4_iomap_begin() with the RFC's IOMAP_ATOMIC_WRITE: the whole write in one extent that begins at a multiple of its length.
 * `overwrites`: a pure overwrite, which may not allocate (ext4_iomap_overwrite_begin()). Throws Refused: EIO where the
 * blocks that are there, or those that were just allocated, do not fit; the latter stay in the file.
 */
export function mapAligned(
  fs: Filesystem,
  inode: Inode,
  wanted: Wanted,
  range: DirectRange,
  overwrites: boolean,
): Mapped {
  const mapped = overwrites
    ? fs.mapping.map(inode, wanted.logical, wanted.length, 0)
    : lookUpOrAllocate(fs, inode, wanted, range);
  const size = fs.geometry.blockSizeBytes;
  const fits = (mapped.physical * size) % range.length === 0 && mapped.length * size === range.length;
  if (!fits) throw new Refused('EIO', 'the mapping is not aligned');
  return mapped;
}

function lookUpOrAllocate(fs: Filesystem, inode: Inode, wanted: Wanted, range: DirectRange): Mapped {
  if (range.offset + range.length > inode.sizeBytes) return allocate(fs, inode, wanted);
  const present = fs.mapping.map(inode, wanted.logical, wanted.length, 0);
  if (!isUsable(present, wanted.length)) fs.warn(misaligned);
  else if (present.state === 'written') return present;
  // The error is not looked at: what is there is tried once more, at the length that the lookup left behind.
  return allocate(fs, inode, { logical: wanted.logical, length: present.length });
}

/** ext4_iomap_alloc(): a shorter hole is allocated at its own length, and then found to be too short. */
function allocate(fs: Filesystem, inode: Inode, { logical, length: wanted }: Wanted): Mapped {
  let length = Math.min(wanted, directBlocksMost);
  for (let retries = 0; ; retries++) {
    try {
      const flags = flagsForDirect(fs, inode, logical) | getBlocks.aligned;
      const mapped = fs.mapping.map(inode, logical, length, flags);
      if (mapped.isNew) fs.journal.touch(inode, mapped.state === 'written');
      if (isAllocated(mapped) && isAlignedExtent(mapped, length)) return mapped;
      fs.warn(misaligned);
      throw new Refused('EIO', 'the blocks are not aligned');
    } catch (error) {
      if (!(error instanceof Refused) || error.errno !== 'ENOSPC') throw error;
      if (!fs.journal.shouldRetryAllocation(retries)) throw error;
      ({ length } = fs.mapping.map(inode, logical, length, 0));
    }
  }
}

/** ext4_map_check_alignment() of a lookup: a hole is fine where it is long enough. */
function isUsable(mapped: Mapped, wanted: number): boolean {
  return isAllocated(mapped) ? isAlignedExtent(mapped, wanted) : mapped.length >= wanted;
}

function isAllocated({ state }: Mapped): boolean {
  return state === 'written' || state === 'unwritten';
}

function isAlignedExtent(mapped: Mapped, wanted: number): boolean {
  return mapped.length === wanted && mapped.physical % mapped.length === 0;
}
