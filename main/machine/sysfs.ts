import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Known } from '../../core/atomic/index.ts';
import type { DeviceNumber } from './device-number.ts';

/** The folder of a block device in sysfs; null where there is none. */
export function sysfsFolder(number: DeviceNumber, sysfs = '/sys'): string | null {
  const link = path.join(sysfs, 'dev', 'block', `${number.major}:${number.minor}`);
  return existsSync(link) ? realpathSync(link) : null;
}

/** The device number that a folder of sysfs is about; null where it is about none. */
export function numberOf(folder: string): DeviceNumber | null {
  const [major, minor] = (readSysfsText(folder, 'dev') ?? '').split(':').map(Number);
  return major === undefined || minor === undefined ? null : { major, minor };
}

/** The text of a file of sysfs; null where it is missing, empty or may not be read. */
export function readSysfsText(folder: string, name: string): string | null {
  const text = readSysfsBytes(folder, name)?.toString('utf8').replaceAll('\0', '').trim();
  return text === undefined || text === '' ? null : text;
}

/** The bytes of a file of sysfs; null where it is missing or may not be read. */
export function readSysfsBytes(folder: string, name: string): Buffer | null {
  try {
    return readFileSync(path.join(folder, name));
  } catch {
    return null;
  }
}

/** A whole number in a file of sysfs. */
export function readSysfsNumber(folder: string, name: string): Known<number> {
  const text = readSysfsText(folder, name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : 'unknown';
}

/** Names in a folder of sysfs, in order; none where it is missing. */
export function sysfsNames(folder: string, name: string): string[] {
  try {
    return readdirSync(path.join(folder, name)).sort();
  } catch {
    return [];
  }
}
