import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { AtomicQueueLimits, DeviceFacts, Known } from '../../core/atomic/index.ts';
import type { DeviceNumber } from './device-number.ts';
import { readSysfsText as readText, sysfsFolder, sysfsNames } from './sysfs.ts';

/** What sysfs tells about a block device and about what lies under it. */
export interface BlockDevice {
  readonly facts: DeviceFacts;
  readonly kind: 'disk' | 'partition' | 'device-mapper' | 'md' | 'loop';
  /** What a person calls it: model of a drive, name of a dm device, level of an md array. */
  readonly title: string | null;
  readonly firmware: string | null;
  readonly rotational: Known<boolean>;
  readonly readOnly: Known<boolean>;
  readonly physicalBlockBytes: Known<number>;
  /** `write back` or `write through`. */
  readonly writeCache: string | null;
  /** Whether data need no flush behind them: no volatile cache, or FUA writes. */
  readonly writeThrough: boolean;
  /** File behind a loop device. */
  readonly backingFile: string | null;
  /** The disk under a partition, the devices under dm and md. */
  readonly below: readonly BlockDevice[];
}

/** Reads a device's part of sysfs; null where `sysfs` does not know the number. */
export function readBlockDevice(number: DeviceNumber, sysfs = '/sys'): BlockDevice | null {
  const folder = sysfsFolder(number, sysfs);
  return folder === null ? null : readFolder(folder);
}

function readFolder(folder: string): BlockDevice {
  const isPartition = existsSync(path.join(folder, 'partition'));
  const disk = isPartition ? path.dirname(folder) : folder;
  const name = path.basename(folder).replaceAll('!', '/');
  return {
    facts: {
      name,
      sizeBytes: scaled(readNumber(folder, 'size'), 512),
      logicalBlockBytes: readNumber(disk, 'queue/logical_block_size'),
      atomic: readAtomicLimits(disk),
      partitionStartBytes: isPartition ? scaled(readNumber(folder, 'start'), 512) : null,
    },
    kind: kindOf(folder, name, isPartition),
    title: titleOf(folder),
    firmware: readText(folder, 'device/firmware_rev') ?? readText(folder, 'device/rev'),
    rotational: flag(readNumber(disk, 'queue/rotational')),
    readOnly: flag(readNumber(folder, 'ro')),
    physicalBlockBytes: readNumber(disk, 'queue/physical_block_size'),
    writeCache: readText(disk, 'queue/write_cache'),
    writeThrough:
      readText(disk, 'queue/write_cache') === 'write through' || readNumber(disk, 'queue/fua') === 1,
    backingFile: readText(folder, 'loop/backing_file'),
    below: isPartition ? [readFolder(disk)] : readSlaves(folder),
  };
}

function kindOf(folder: string, name: string, isPartition: boolean): BlockDevice['kind'] {
  if (isPartition) return 'partition';
  if (existsSync(path.join(folder, 'dm'))) return 'device-mapper';
  if (existsSync(path.join(folder, 'md'))) return 'md';
  return /^loop\d+$/.test(name) ? 'loop' : 'disk';
}

function titleOf(folder: string): string | null {
  const level = readText(folder, 'md/level');
  return (
    readText(folder, 'device/model') ?? readText(folder, 'dm/name') ?? (level === null ? null : `md ${level}`)
  );
}

function readSlaves(folder: string): BlockDevice[] {
  return sysfsNames(folder, 'slaves').map((name) =>
    readFolder(realpathSync(path.join(folder, 'slaves', name))),
  );
}

/** The four files are there since 6.11; a kernel without them is told apart by its version, not here. */
function readAtomicLimits(disk: string): Known<AtomicQueueLimits> {
  const unitMinBytes = readNumber(disk, 'queue/atomic_write_unit_min_bytes');
  const unitMaxBytes = readNumber(disk, 'queue/atomic_write_unit_max_bytes');
  const maxBytes = readNumber(disk, 'queue/atomic_write_max_bytes');
  const boundaryBytes = readNumber(disk, 'queue/atomic_write_boundary_bytes');
  if (unitMinBytes === 'unknown' || unitMaxBytes === 'unknown') return 'unknown';
  if (maxBytes === 'unknown' || boundaryBytes === 'unknown') return 'unknown';
  return { unitMinBytes, unitMaxBytes, maxBytes, boundaryBytes };
}

function scaled(value: Known<number>, by: number): Known<number> {
  return value === 'unknown' ? value : value * by;
}

function flag(value: Known<number>): Known<boolean> {
  return value === 'unknown' ? value : value !== 0;
}

function readNumber(folder: string, name: string): Known<number> {
  const text = readText(folder, name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : 'unknown';
}
