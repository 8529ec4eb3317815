import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DeviceNumber } from './device-number.ts';
import { readSysfsBytes, sysfsFolder } from './sysfs.ts';

/** By what a person can tell a device from all others. */
export interface DeviceIdentity {
  readonly serial: string | null;
  readonly wwn: string | null;
}

/** Places below /sys/block/DISK where drivers put them, the most usual first. */
const serialFiles = ['device/serial', 'serial', 'device/vpd_pg80'];
const wwnFiles = ['wwid', 'device/wwid', 'device/wwn'];

/**
 * Serial number and WWN of a disk. A partition has neither: its disk's would name more than the partition, and so does
 * a device made of others (dm, md).
 */
export function identityOf(number: DeviceNumber, sysfs = '/sys'): DeviceIdentity {
  const folder = sysfsFolder(number, sysfs);
  if (folder === null || existsSync(path.join(folder, 'partition'))) return { serial: null, wwn: null };
  return { serial: firstText(folder, serialFiles), wwn: firstText(folder, wwnFiles) };
}

function firstText(folder: string, files: readonly string[]): string | null {
  for (const file of files) {
    const found = printable(readSysfsBytes(folder, file));
    if (found !== null) return found;
  }
  return null;
}

/** The unit serial number page (SPC, VPD page 0x80) has a header of four bytes, and texts are padded with blanks. */
function printable(raw: Uint8Array | null): string | null {
  // Byte for byte: as UTF-8 the page's number would be no character.
  const text =
    (raw && Buffer.from(raw).toString('latin1'))
      ?.replace(/^\0\x80[\s\S]{2}/, '')
      .replaceAll('\0', '')
      .trim() ?? '';
  return /^[\x20-\x7e]+$/.test(text) ? text : null;
}
