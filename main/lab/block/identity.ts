import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { DeviceNumber } from '../../machine/index.ts';
import { readKernelText } from '../kernel-files.ts';

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
export function identityOf({ major, minor }: DeviceNumber, sysfs = '/sys'): DeviceIdentity {
  const link = path.join(sysfs, 'dev/block', `${major}:${minor}`);
  if (!existsSync(link)) return { serial: null, wwn: null };
  const folder = realpathSync(link);
  if (existsSync(path.join(folder, 'partition'))) return { serial: null, wwn: null };
  return { serial: firstText(folder, serialFiles), wwn: firstText(folder, wwnFiles) };
}

function firstText(folder: string, files: readonly string[]): string | null {
  for (const file of files) {
    const found = printable(readKernelText(path.join(folder, file)));
    if (found !== null) return found;
  }
  return null;
}

/** The unit serial number page (SPC, VPD page 0x80) has a header of four bytes, and texts are padded with blanks. */
function printable(raw: string | null): string | null {
  const text =
    raw
      ?.replace(/^\0\x80[\s\S]{2}/, '')
      .replaceAll('\0', '')
      .trim() ?? '';
  return /^[\x20-\x7e]+$/.test(text) ? text : null;
}
