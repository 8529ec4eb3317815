import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { Unable } from '../failure.ts';
import { readKernelNumber, readKernelText, type Probes } from '../lab/index.ts';
import { freeRanges, isSystemCallError, syncfs } from '../native/index.ts';
import type { MountMemory } from './job.ts';

/** What a kernel starts with (fs/ext4/mballoc.c and mballoc.h); anything else was set by somebody. */
const modelled: Readonly<Record<string, number>> = {
  mb_stream_req: 16,
  mb_max_to_scan: 200,
  mb_min_to_scan: 10,
  mb_order2_req: 2,
  mb_max_linear_groups: 4,
  mb_best_avail_max_trim_order: 3,
  inode_goal: 0,
};

/**
 * Writes out what an ext4 mounted at `directory` holds in memory (syncfs(2)) and reads what the kernel tells of the rest.
 * `device` is the kernel's name of it. Throws Unable where the kernel does not tell, or somebody has tuned the allocator.
 */
export async function readMemory(
  directory: string,
  device: string,
  probes: Probes | null,
): Promise<MountMemory> {
  const tunables = path.join('/sys/fs/ext4', device);
  for (const [name, value] of Object.entries(modelled)) {
    const found = readKernelNumber(path.join(tunables, name));
    // A disk without seeks is searched without a linear part.
    const isFine = found === null || found === value || (name === 'mb_max_linear_groups' && found === 0);
    if (!isFine) throw new Unable(`${tunables}/${name} is ${found}; only ${value} is modelled`);
  }
  const groupPreallocation = readKernelNumber(path.join(tunables, 'mb_group_prealloc')) ?? 512;
  if (probes === null) await syncfs(directory);
  const options = readKernelText(path.join('/proc/fs/ext4', device, 'options')) ?? '';
  const delayedAllocation = /^delalloc$/m.test(options) && !/^data=journal$/m.test(options);
  return { freeBytes: await readFree(directory), probes, groupPreallocation, delayedAllocation };
}

async function readFree(directory: string): Promise<(readonly [number, number])[]> {
  const descriptor = openSync(directory, 'r');
  try {
    const { physicalBytes, lengthBytes } = await freeRanges(descriptor);
    return Array.from(physicalBytes, (from, i) => [Number(from), Number(from + (lengthBytes[i] ?? 0n))]);
  } catch (error) {
    if (!isSystemCallError(error)) throw error;
    throw new Unable(`${directory}: the kernel does not tell what it has free: ${error.message}`, directory);
  } finally {
    closeSync(descriptor);
  }
}
