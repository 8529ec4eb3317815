import { statSync } from 'node:fs';
import { InputError, Unable } from '../failure.ts';
import { deviceNumber, readBlockDevice, type BlockDevice } from '../machine/index.ts';

/** The block device at `path`. Throws InputError where there is none, Unable where sysfs does not show it. */
export function requireDevice(path: string): BlockDevice {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (!stat) throw new InputError(`target.path: ${path}: no such device`, 'target.path');
  if (!stat.isBlockDevice()) throw new InputError(`target.path: ${path} is no block device`, 'target.path');
  const device = readBlockDevice(deviceNumber(stat.rdev));
  if (!device) throw new Unable(`target.path: ${path} is not in /sys/dev/block`, 'target.path');
  return device;
}
