import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { sameDevice, type DeviceNumber } from './device-number.ts';
import { readMounts, type Mount } from './mounts.ts';
import { numberOf, sysfsFolder, sysfsNames } from './sysfs.ts';

/** Where it is read who uses devices; tests name files of their own. */
export interface UsesOfDevices {
  readonly sysfs: string;
  readonly mounts: readonly Mount[];
  /** Kernel names of devices that are swapped to. */
  readonly swap: readonly string[];
}

/** All mounts and swap devices of this moment. */
export function usesOfDevices(): UsesOfDevices {
  return { sysfs: '/sys', mounts: readMounts(), swap: swapDevices() };
}

/**
 * Who uses a block device, in words: mounts, swap, and the devices made of it (dm, md); those of its partitions count
 * too. Empty where it is free, and where sysfs does not know it.
 */
export function usersOf(number: DeviceNumber, uses: UsesOfDevices = usesOfDevices()): string[] {
  const folder = sysfsFolder(number, uses.sysfs);
  if (folder === null) return [];
  return [folder, ...partitionFolders(folder)].flatMap((part) => {
    const own = numberOf(part);
    const mounts = uses.mounts.filter(({ device }) => own !== null && sameDevice(device, own));
    return [
      ...mounts.map(({ mountPoint }) => `mounted on ${mountPoint}`),
      ...sysfsNames(part, 'holders').map((holder) => `part of ${holder}`),
      ...(uses.swap.includes(path.basename(part)) ? ['swap space'] : []),
    ];
  });
}

/** Kernel names of a disk's partitions. */
export function partitionsOf(number: DeviceNumber): string[] {
  const folder = sysfsFolder(number);
  return folder === null ? [] : partitionFolders(folder).map((part) => path.basename(part));
}

function partitionFolders(folder: string): string[] {
  return sysfsNames(folder, '.')
    .map((name) => path.join(folder, name))
    .filter((child) => existsSync(path.join(child, 'partition')));
}

function swapDevices(): string[] {
  const lines = readFileSync('/proc/swaps', 'utf8').split('\n').slice(1);
  return lines.flatMap((line) => {
    const name = line.split(/\s/, 1)[0] ?? '';
    return name.startsWith('/dev/') && existsSync(name) ? [path.basename(realpathSync(name))] : [];
  });
}
