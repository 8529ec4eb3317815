import { deviceOpening } from '../../core/atomic/index.ts';
import type { DeviceList, ListedDevice as WireDevice, ListedFilesystem } from '../../core/rpc/index.ts';
import { listBlockDevices, readMounts, type ListedDevice } from '../machine/index.ts';
import { openingOf } from './passport.ts';

/** The drives and mounted filesystems of this machine. */
export function devicesHere(): DeviceList {
  return { devices: listBlockDevices().map(deviceToWire), filesystems: filesystems() };
}

function deviceToWire({ path, device, identity, users }: ListedDevice): WireDevice {
  const { facts, kind, title, backingFile, rotational, readOnly } = device;
  const names = [identity.serial, identity.wwn].filter((name) => name !== null);
  const opening = deviceOpening(facts);
  return {
    path,
    kind,
    title: title ?? backingFile ?? '',
    sizeBytes: facts.sizeBytes === 'unknown' ? 0 : facts.sizeBytes,
    rotational: rotational === 'unknown' ? null : rotational,
    readOnly: readOnly === true,
    users: [...users],
    opening: openingOf(
      opening.kind === 'open' ? opening.window : opening.kind === 'closed' ? null : 'unknown',
    ),
    names: names.length > 0 ? names : [path],
  };
}

/** What is mounted of devices; where it is mounted more than once, at its first place. */
function filesystems(): ListedFilesystem[] {
  const found = new Map<string, ListedFilesystem>();
  for (const { mountPoint, fsType, source, root } of readMounts()) {
    if (!source.startsWith('/dev/') || root !== '/' || found.has(source)) continue;
    found.set(source, { mountPoint, type: fsType, source });
  }
  return [...found.values()];
}
