import { existsSync } from 'node:fs';
import path from 'node:path';
import { readBlockDevice, type BlockDevice } from './block-device.ts';
import { identityOf, type DeviceIdentity } from './identity.ts';
import { numberOf, sysfsNames } from './sysfs.ts';
import { usersOf, usesOfDevices, type UsesOfDevices } from './users.ts';

/** A device of the machine's list. */
export interface ListedDevice {
  /** `/dev/nvme0n1p1` */
  readonly path: string;
  readonly device: BlockDevice;
  readonly identity: DeviceIdentity;
  /** Who uses it or a partition of it, in words; empty where it is free. */
  readonly users: readonly string[];
}

/**
 * Drives, their partitions right behind them, and what is made of drives (dm, md, attached loop devices), in the order of
 * their names (/sys/block). What has no size is left out: drives without a medium, loop devices without a file.
 */
export function listBlockDevices(uses: UsesOfDevices = usesOfDevices()): ListedDevice[] {
  const root = path.join(uses.sysfs, 'block');
  return sysfsNames(root, '.')
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }))
    .flatMap((name) => {
      const folder = path.join(root, name);
      const parts = sysfsNames(folder, '.').filter((part) =>
        existsSync(path.join(folder, part, 'partition')),
      );
      parts.sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
      return [folder, ...parts.map((part) => path.join(folder, part))];
    })
    .flatMap((folder) => listed(folder, uses) ?? []);
}

function listed(folder: string, uses: UsesOfDevices): ListedDevice | null {
  const number = numberOf(folder);
  const device = number && readBlockDevice(number, uses.sysfs);
  if (!number || !device || device.facts.sizeBytes === 0 || device.facts.sizeBytes === 'unknown') return null;
  return {
    path: `/dev/${device.facts.name}`,
    device,
    identity: identityOf(number, uses.sysfs),
    users: usersOf(number, uses),
  };
}
