import { existsSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import { parseKernelRelease, type KernelVersion } from '../../core/atomic/index.ts';
import { Unable } from '../failure.ts';
import { readBlockDevice } from './block-device.ts';
import { deviceNumber } from './device-number.ts';

/** The running kernel. Throws Unable where this is no Linux. */
export function runningKernel(): KernelVersion {
  const version = os.type() === 'Linux' ? parseKernelRelease(os.release()) : null;
  if (!version) throw new Unable(`this needs Linux, and this machine runs ${os.type()} ${os.release()}`);
  return version;
}

/** CPUs that could ever be there (cpu_possible_mask), not only those that are. */
export function possibleCpus(file = '/sys/devices/system/cpu/possible'): number {
  try {
    return countCpus(readFileSync(file, 'utf8').trim());
  } catch {
    throw new Unable(`how many CPUs are possible here cannot be read from ${file}; give target.cpus`);
  }
}

/** Counts a list such as `0-1,4`. */
export function countCpus(list: string): number {
  return list.split(',').reduce((count, range) => {
    const [first = NaN, last = first] = range.split('-').map(Number);
    return count + last - first + 1;
  }, 0);
}

/**
 * Whether the disk under a file turns, as its queue says; a loop device inherits this flag from the disk that its
 * file lies on (drivers/block/loop.c, loop_update_limits()). A file on no disk (tmpfs) gives false, as there.
 */
export function rotationalUnder(file: string): boolean {
  const stat = statSync(file, { bigint: true });
  const number = deviceNumber(stat.isBlockDevice() ? stat.rdev : stat.dev);
  return readBlockDevice(number)?.rotational === true;
}

const pageSizeKey = 6n; // AT_PAGESZ

/** Bytes of a page, from the auxiliary vector that the kernel gave this process (getauxval(3)). */
export function pageSizeBytes(): number {
  const vector = readFileSync('/proc/self/auxv');
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (word(vector, at) === pageSizeKey) return Number(word(vector, at + 8));
  }
  throw new Unable('the page size of this machine cannot be read from /proc/self/auxv');
}

function word(vector: Buffer, at: number): bigint {
  return os.endianness() === 'LE' ? vector.readBigUInt64LE(at) : vector.readBigUInt64BE(at);
}

/** Whether the page cache may use folios of several pages (CONFIG_TRANSPARENT_HUGEPAGE). */
export function hasLargeFolios(folder = '/sys/kernel/mm/transparent_hugepage'): boolean {
  return existsSync(folder);
}
