import { Refused } from '../../errno.ts';
import { getBlocks, type Filesystem, type Mapped } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { mapAligned } from './aligned-map.ts';
import { directBlocksMost, flagsForDirect, type DirectRange } from './direct-range.ts';
import { logicalBlockMost } from './limits.ts';

/** A piece of the file with its place; `fallback` (ENOTBLK) asks for buffered writing instead. */
export type DirectPiece =
  { readonly fallback: true } | (Mapped & { readonly fallback: false; readonly logical: number });

/** ext4_iomap_begin() of fs/ext4/inode.c with IOMAP_WRITE: the next piece of a direct write. Throws Refused. */
export function mapForDirect(fs: Filesystem, inode: Inode, range: DirectRange): DirectPiece {
  const size = fs.geometry.blockSizeBytes;
  const logical = Math.floor(range.offset / size);
  if (logical > logicalBlockMost) throw new Refused('EINVAL', 'beyond the largest logical block');
  const end = range.offset + range.length;
  const length = Math.min(Math.floor((end - 1) / size), logicalBlockMost) - logical + 1;
  const { atomicWrites, lookupShortens } = fs.directWrites;
  if (range.atomic && atomicWrites === 'aligned') {
    return piece(logical, mapAligned(fs, inode, { logical, length }, range, range.overwrites));
  }
  let wanted = length;
  if (end <= inode.sizeBytes) {
    const found = fs.mapping.map(inode, logical, length, 0);
    const needsNothing =
      found.state === 'written' || (found.state === 'unwritten' && fs.behaviour.unwrittenCut === 'after');
    if (needsNothing && (!range.atomic || found.length >= length)) return piece(logical, found);
    if (lookupShortens) wanted = found.length;
  }
  const mapped = allocateForDirect(fs, inode, logical, wanted, range.atomic);
  if (mapped.state === 'hole') return { fallback: true };
  if (range.atomic && mapped.length < Math.floor(range.length / size)) {
    throw new Refused('EINVAL', 'an atomic write needs one extent');
  }
  return piece(logical, mapped);
}

function piece(logical: number, mapped: Mapped): DirectPiece {
  return { ...mapped, logical, fallback: false };
}

/** ext4_iomap_alloc() */
function allocateForDirect(
  fs: Filesystem,
  inode: Inode,
  logical: number,
  wanted: number,
  atomic: boolean,
): Mapped {
  const length = Math.min(wanted, directBlocksMost);
  if (atomic) fs.mapping.map(inode, logical, length, 0);
  for (let retries = 0; ; retries++) {
    const flags = flagsForDirect(fs, inode, logical);
    try {
      const mapped = atomic
        ? mapInOnePiece(fs, inode, logical, length, flags)
        : fs.mapping.map(inode, logical, length, flags);
      if (mapped.isNew) fs.journal.touch(inode, mapped.state === 'written');
      return mapped;
    } catch (error) {
      if (!(error instanceof Refused) || error.errno !== 'ENOSPC') throw error;
      if (!fs.journal.shouldRetryAllocation(retries)) throw error;
    }
  }
}

/**
 * ext4_map_blocks_atomic_write(): one extent in one state. Where the range is mixed, holes and unwritten blocks are
 * zeroed into written ones (only with bigalloc, inside one cluster), and the transaction commits before the data.
 */
function mapInOnePiece(fs: Filesystem, inode: Inode, logical: number, length: number, flags: number): Mapped {
  const mapped = fs.mapping.map(inode, logical, length, flags);
  if (mapped.length === length || mapped.state === 'hole') return mapped;
  for (let done = 0; done < length;) {
    done += fs.mapping.map(inode, logical + done, length - done, getBlocks.createZero).length;
  }
  const whole = fs.mapping.map(inode, logical, length, getBlocks.queryLastInLeaf);
  if (whole.length !== length) throw new Refused('EINVAL', 'an atomic write needs one extent');
  fs.journal.commit();
  return whole;
}
