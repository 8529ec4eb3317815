import { judgeRfcWrite, type RfcFacts } from '../../atomic/index.ts';
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
 * The RFC's ext4_dio_atomic_write_checks() and what ext4_dio_write_checks() makes of it, by the rules of core/atomic. Throws
 * Refused with EIO.
 */
export function checkAlignedWrite(fs: Filesystem, inode: Inode, offset: number, length: number): void {
  const { blockSizeBytes, clusterRatio } = fs.geometry;
  const limits = fs.machine.atomicWrite;
  const facts: RfcFacts = {
    blockBytes: blockSizeBytes,
    clusterBytes: blockSizeBytes * clusterRatio,
    extentFile: inode.usesExtents,
    directIo: true,
    device: { minBytes: limits?.unitMinBytes ?? 0, maxBytes: limits?.unitMaxBytes ?? 0 },
  };
  const verdict = judgeRfcWrite(facts, { offsetBytes: offset, lengthBytes: length, direct: true });
  if (verdict.kind !== 'refused') return;
  if (verdict.rule === 'rfc.bigalloc') fs.warn(warnings.bigalloc);
  if (verdict.rule === 'rfc.extent-file') fs.warn(warnings.noExtents);
  fs.warn(warnings.failed);
  throw new Refused(verdict.errno, verdict.because);
}
