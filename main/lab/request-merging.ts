import { writeFile } from 'node:fs/promises';

/** /sys/block/DEV/queue/nomerges: what a device has, and not even requests that simply continue each other. */
const usual = '0';
const never = '2';

/**
 * Lets a loop device's requests (`loop3`) not be merged: the kernel then keeps up to 32 of them back until all of a writeback
 * has its place (block/blk-mq.c, blk_add_rq_to_plug()). Otherwise the first data would be on the disk while more is being
 * placed, and how ext4 goes on then differs from run to run (docs/real-runs.md).
 */
export function stopMerging(loop: string): Promise<void> {
  return set(loop, never);
}

/** Before it is detached: the device is somebody else's next. */
export function mergeAgain(loop: string): Promise<void> {
  return set(loop, usual);
}

/** Old kernels have no such file, and containers may not write it: the race is then only seen. */
const harmless: ReadonlySet<unknown> = new Set(['ENOENT', 'EROFS', 'EACCES', 'EPERM']);

async function set(loop: string, value: string): Promise<void> {
  try {
    await writeFile(`/sys/block/${loop}/queue/nomerges`, value);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && harmless.has(error.code))) throw error;
  }
}
