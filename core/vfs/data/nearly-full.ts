import { Refused } from '../../errno.ts';
import type { Filesystem } from '../filesystem.ts';
import { fileData } from './file-data.ts';
import { writePages } from './writeback.ts';

/** percpu_counter_batch: how far one processor's count may be off. */
const counterBatch = (cpus: number) => Math.max(32, 2 * cpus);

/** EXT4_FREECLUSTERS_WATERMARK */
const watermark = (cpus: number) => 4 * counterBatch(cpus) * cpus;

/**
 * fs/ext4/inode.c, ext4_nonda_switch(): with few free clusters left, buffered writes allocate at once. When half of
 * what is free is reserved, the flusher writes everything first, and the writer waits for it.
 */
export function prefersAllocationNow(fs: Filesystem): boolean {
  const { possibleCpus } = fs.machine;
  const free = fs.allocator.freeClustersRead;
  const dirty = fs.allocator.dirtyClustersRead;
  if (dirty > 0 && free < 2 * dirty) writeEverything(fs);
  return 2 * free < 3 * dirty || free < dirty + (possibleCpus > 1 ? watermark(possibleCpus) : 0);
}

/** try_to_writeback_inodes_sb(): dirty files in the order in which they got dirty (fs/fs-writeback.c, queue_io). */
function writeEverything(fs: Filesystem): void {
  const dirty = [...fs.namespace.loaded()].filter(
    (inode) => inode.isRegular && inode.data !== null && fileData(fs, inode).pages.hasDirty,
  );
  dirty.sort((one, other) => fileData(fs, one).dirtiedAs - fileData(fs, other).dirtiedAs);
  for (const inode of dirty) {
    try {
      writePages(fs, inode, { first: 0, last: Infinity, integrity: false, pagesMost: Infinity });
    } catch (error) {
      // The flusher has nobody to tell; what it could not write stays dirty.
      if (!(error instanceof Refused)) throw error;
    }
  }
}
