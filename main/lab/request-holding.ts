import { writeFile } from 'node:fs/promises';

/** Settings of a queue below /sys/block/DEV/queue, while its requests are held back and as the kernel has them by itself. */
const settings = [
  // Not even requests that simply continue each other are merged.
  { name: 'nomerges', holding: '2', usual: '0' },
  // No writeback throttling (block/blk-wbt.c): it puts a writer to sleep after a few requests, and a sleeper lets them all go.
  { name: 'wbt_lat_usec', holding: '0', usual: '-1' },
] as const;

/**
 * Lets a device (`loop3`) hold its requests back: the kernel keeps up to 32 of them until all of a writeback has its place
 * (block/blk-mq.c, blk_add_rq_to_plug()). Otherwise the first data would be on the disk while more is being placed, and how
 * ext4 goes on then differs from run to run (docs/real-runs.md).
 */
export async function holdRequests(device: string): Promise<void> {
  for (const { name, holding } of settings) await set(device, name, holding);
}

/** Before it is detached: the device is somebody else's next. */
export async function letRequestsGo(device: string): Promise<void> {
  for (const { name, usual } of settings) await set(device, name, usual);
}

/**
 * Old kernels have no such file, some are built without throttling (EINVAL), and containers may not write it: the race is then only
 * seen.
 */
const harmless: ReadonlySet<unknown> = new Set(['ENOENT', 'EINVAL', 'EROFS', 'EACCES', 'EPERM']);

async function set(device: string, name: string, value: string): Promise<void> {
  try {
    await writeFile(`/sys/block/${device}/queue/${name}`, value);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && harmless.has(error.code))) throw error;
  }
}
