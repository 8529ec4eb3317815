import { readdirSync } from 'node:fs';
import { readMounts, type Mount } from '../machine/index.ts';
import { readKernelText } from './kernel-files.ts';

/** Mount points in a folder, the deepest first. */
export function mountPointsIn(folder: string, isWanted: (mount: Mount) => boolean = () => true): string[] {
  return readMounts()
    .filter(isWanted)
    .map(({ mountPoint }) => mountPoint)
    .filter((mountPoint) => isIn(folder, mountPoint))
    .sort((left, right) => right.length - left.length);
}

/** Where loop devices (`/dev/loop3`) are mounted outside of a folder: UDisks2 chooses the place. */
export function mountPointsElsewhere(folder: string, loopDevices: readonly string[]): string[] {
  const isOurs = ({ source, mountPoint }: Mount): boolean =>
    loopDevices.includes(source) && !isIn(folder, mountPoint);
  return readMounts()
    .filter(isOurs)
    .map(({ mountPoint }) => mountPoint);
}

/** Loop devices over files in a folder; none where there is no sysfs. */
export function loopDevicesOver(folder: string): string[] {
  const names = blockDevices().filter((name) => /^loop\d+$/.test(name));
  return names.filter((name) => isBackedFrom(folder, name)).map((name) => `/dev/${name}`);
}

function blockDevices(): string[] {
  try {
    return readdirSync('/sys/block');
  } catch {
    return [];
  }
}

/** Whether the file under `loop` (`loop3`) lies in a folder. */
export function isBackedFrom(folder: string, loop: string): boolean {
  const backing = readKernelText(`/sys/block/${loop}/loop/backing_file`);
  return backing !== null && isIn(folder, backing);
}

function isIn(folder: string, name: string): boolean {
  return name.startsWith(`${folder}/`);
}
