import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../failure.ts';
import { deviceNumber, sameDevice, type DeviceNumber } from './device-number.ts';
import { readMounts } from './mounts.ts';
import { readSysfsText, sysfsFolder, sysfsNames } from './sysfs.ts';

/** By what a device is named again before anything may be written on it. */
export interface DeviceNames {
  readonly serial: string | null;
  readonly worldWideName: string | null;
}

/**
 * Throws InputError unless `consent` names the block device at `devicePath` by its serial number or world wide name,
 * or by its path where it has neither (docs/plan-format.md). The message says what would be lost.
 */
export function requireConsent(devicePath: string, consent: string | undefined): void {
  const stat = statSync(devicePath, { bigint: true });
  const number = deviceNumber(stat.rdev);
  const names = namesOf(number);
  const own = [names.serial, names.worldWideName].filter((name) => name !== null);
  const fits =
    own.length > 0 ? own.includes(consent ?? '') : consent !== undefined && isSamePath(consent, devicePath);
  if (fits) return;
  const uses = usesOf(devicePath, number);
  const losses = uses.length > 0 ? ` (${uses.join(', ')})` : '';
  const wrong = consent === undefined ? '' : `; "${consent}" is another`;
  throw new InputError(
    `${devicePath}: what is on this device${losses} would be destroyed: name it again, --destroy ${own[0] ?? devicePath}${wrong}`,
    '--destroy',
  );
}

function isSamePath(left: string, right: string): boolean {
  try {
    return realpathSync(left) === realpathSync(right);
  } catch {
    return false;
  }
}

/** Serial number and world wide name; a partition has those of its disk. */
export function namesOf(number: DeviceNumber, sysfs = '/sys'): DeviceNames {
  const own = sysfsFolder(number, sysfs);
  if (own === null) return { serial: null, worldWideName: null };
  const disk = readSysfsText(own, 'partition') === null ? own : path.dirname(own);
  return {
    serial: readSysfsText(disk, 'serial') ?? readSysfsText(disk, 'device/serial') ?? scsiSerial(disk),
    worldWideName: readSysfsText(disk, 'wwid') ?? readSysfsText(disk, 'device/wwid'),
  };
}

/** Vital product data page 80h: a header of four bytes, then the number (SPC-5). */
function scsiSerial(disk: string): string | null {
  try {
    const page = readFileSync(path.join(disk, 'device/vpd_pg80'));
    const text = page.toString('latin1', 4).replaceAll('\0', '').trim();
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

/** What a device is in use for: mounts, holders, partitions, swap, signatures. */
function usesOf(devicePath: string, number: DeviceNumber): string[] {
  const folder = sysfsFolder(number);
  const mounts = readMounts().filter(({ device }) => sameDevice(device, number));
  const holders = folder ? sysfsNames(folder, 'holders') : [];
  const partitions = folder ? sysfsNames(folder, '.').filter((name) => hasPartition(folder, name)) : [];
  return [
    ...mounts.map(({ mountPoint }) => `mounted on ${mountPoint}`),
    ...holders.map((name) => `held by ${name}`),
    ...(partitions.length > 0 ? [`partitions ${partitions.join(' ')}`] : []),
    ...signaturesOf(devicePath).map((name) => `carries ${name}`),
  ];
}

function hasPartition(folder: string, name: string): boolean {
  return readSysfsText(path.join(folder, name), 'partition') !== null;
}

const signatures: readonly {
  readonly name: string;
  readonly offset: number;
  readonly bytes: readonly number[];
}[] = [
  { name: 'ext2/3/4', offset: 1080, bytes: [0x53, 0xef] },
  { name: 'XFS', offset: 0, bytes: latin1('XFSB') },
  { name: 'Btrfs', offset: 65600, bytes: latin1('_BHRfS_M') },
  { name: 'F2FS', offset: 1024, bytes: [0x10, 0x20, 0xf5, 0xf2] },
  { name: 'NTFS', offset: 3, bytes: latin1('NTFS    ') },
  { name: 'LVM2', offset: 512, bytes: latin1('LABELONE') },
  { name: 'LUKS', offset: 0, bytes: [...latin1('LUKS'), 0xba, 0xbe] },
  { name: 'Linux RAID', offset: 4096, bytes: [0xfc, 0x4e, 0x2b, 0xa9] },
  { name: 'swap', offset: 4086, bytes: latin1('SWAPSPACE2') },
  { name: 'a GPT', offset: 512, bytes: latin1('EFI PART') },
  { name: 'a GPT', offset: 4096, bytes: latin1('EFI PART') },
  { name: 'a boot sector', offset: 510, bytes: [0x55, 0xaa] },
];

function latin1(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}

/** Names of the formats whose marks the device carries; none where it may not be read. */
function signaturesOf(devicePath: string): string[] {
  const head = Buffer.alloc(128 * 1024);
  try {
    const descriptor = openSync(devicePath, 'r');
    try {
      readSync(descriptor, head, 0, head.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return [];
  }
  const found = signatures.filter(({ offset, bytes }) =>
    bytes.every((byte, at) => head[offset + at] === byte),
  );
  return [...new Set(found.map(({ name }) => name))];
}
