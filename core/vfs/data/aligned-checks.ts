import { Refused } from '../../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';

/** Warnings of the RFC, with the lines of Linux 6.7.3 and its patches. */
const warnings = {
  bigalloc: 'ext4_dio_atomic_write_checks:420: no atomic write on a filesystem with bigalloc',
  noExtents: 'ext4_dio_atomic_write_checks:425: no atomic write to a file without extents',
  failed: 'ext4_dio_write_checks:481: the checks of an atomic write failed',
} as const;

/**
 * The RFC's ext4_dio_atomic_write_checks() and what ext4_dio_write_checks() makes of it: whole blocks, a power of two of them,
 * at a multiple of the length, within what the device takes. Throws Refused with EIO.
 */
export function checkAlignedWrite(fs: Filesystem, inode: Inode, offset: number, length: number): void {
  if (fileTakesAligned(fs, inode) && lengthFits(fs, offset, length)) return;
  fs.warn(warnings.failed);
  throw new Refused('EIO', 'not a length or place that can be written atomically');
}

function fileTakesAligned(fs: Filesystem, inode: Inode): boolean {
  if (fs.geometry.clusterRatio > 1) {
    fs.warn(warnings.bigalloc);
    return false;
  }
  if (inode.usesExtents) return true;
  fs.warn(warnings.noExtents);
  return false;
}

function lengthFits(fs: Filesystem, offset: number, length: number): boolean {
  const blocks = length / fs.geometry.blockSizeBytes;
  if (!Number.isInteger(blocks) || offset % length !== 0 || !Number.isInteger(Math.log2(blocks)))
    return false;
  return deviceTakes(fs, offset, length);
}

/** blkdev_atomic_write_valid(), as patch 5 exports it. */
function deviceTakes({ machine }: Filesystem, offset: number, length: number): boolean {
  const limits = machine.atomicWrite;
  if (!limits || limits.unitMinBytes === 0) return false;
  const { unitMinBytes, unitMaxBytes } = limits;
  return offset % unitMinBytes === 0 && length % unitMinBytes === 0 && length <= unitMaxBytes;
}
