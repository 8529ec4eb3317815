import { existsSync } from 'node:fs';
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

async function set(loop: string, value: string): Promise<void> {
  const file = `/sys/block/${loop}/queue/nomerges`;
  if (existsSync(file)) await writeFile(file, value);
}
