import { accessSync, constants, realpathSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError, Unable } from '../failure.ts';
import { deviceNumber, mountOf, readBlockDevice, readMounts, type BlockDevice } from '../machine/index.ts';

/** A directory on a mounted filesystem, as a prediction needs it. */
export interface MountedDirectory {
  readonly device: BlockDevice;
  readonly devicePath: string;
  /** Path of the directory from the root of the filesystem, without a slash in front; empty for the root itself. */
  readonly inside: string;
  readonly options: string;
  readonly fsType: 'ext4' | 'xfs';
  /** What statfs(2) says is free. */
  readonly freeBytes: number;
}

/**
 * Finds the device and the place of `directory`. Throws InputError where it is no directory, Unable where its
 * filesystem is not predicted, or its device may not be read though it `isRead`.
 */
export function findMounted(
  directory: string,
  { isRead = true }: { readonly isRead?: boolean } = {},
): MountedDirectory {
  const stat = statSync(directory, { bigint: true, throwIfNoEntry: false });
  if (!stat) throw new InputError(`target.path: ${directory}: no such directory`, 'target.path');
  if (!stat.isDirectory()) throw new InputError(`target.path: ${directory} is no directory`, 'target.path');
  const real = realpathSync(directory);
  const number = deviceNumber(stat.dev);
  const mount = mountOf(readMounts(), real, number);
  const device = readBlockDevice(number);
  if (!mount || !device || (mount.fsType !== 'ext4' && mount.fsType !== 'xfs')) {
    const what = mount?.fsType ?? 'its filesystem';
    throw new Unable(
      `target.path: ${directory}: ${what} is not modelled; ext4 and XFS on a device are`,
      'target.path',
    );
  }
  const devicePath = `/dev/${device.facts.name}`;
  if (isRead) requireReadable(devicePath);
  const { bavail, bsize } = statfsSync(real);
  const inside = insideOf(mount.root, mount.mountPoint, real);
  return {
    device,
    devicePath,
    inside,
    options: mount.options,
    fsType: mount.fsType,
    freeBytes: bavail * bsize,
  };
}

function requireReadable(devicePath: string): void {
  try {
    accessSync(devicePath, constants.R_OK);
  } catch {
    throw new Unable(
      `${devicePath}: reading the filesystem from its device needs root (sudo); "untorn run" does without, in a directory of its own`,
      devicePath,
    );
  }
}

function insideOf(root: string, mountPoint: string, real: string): string {
  return path.posix.join(root, path.posix.relative(mountPoint, real)).replace(/^\/+/, '');
}
