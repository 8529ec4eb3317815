import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { AtomicQueueLimits, DeviceFacts, Known } from '../../core/atomic/index.ts';
import type { DeviceNumber } from './device-number.ts';
import { readStack, type Stack } from './stack.ts';
import { readSysfsBytes, readSysfsNumber, readSysfsText as readText, sysfsFolder } from './sysfs.ts';

/** What sysfs tells about a block device and about what lies under it. */
export interface BlockDevice {
  readonly facts: DeviceFacts;
  readonly kind: 'disk' | 'partition' | 'device-mapper' | 'md' | 'loop' | 'nvme-multipath';
  /** What a person calls it: model of a drive, name of a dm device, level of an md array. */
  readonly title: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
  readonly rotational: Known<boolean>;
  readonly readOnly: Known<boolean>;
  readonly physicalBlockBytes: Known<number>;
  /** `write back` or `write through`. */
  readonly writeCache: string | null;
  /** Whether data need no flush behind them: no volatile cache, or FUA writes. */
  readonly writeThrough: boolean;
  /** File behind a loop device. */
  readonly backingFile: string | null;
  readonly queue: QueueFacts;
  /** How it can be asked what it claims itself; null where it is no drive. */
  readonly drive: DriveAccess | null;
  /** How it is made of the devices below; null for a drive or a partition. */
  readonly stack: Stack | null;
  /** The disk under a partition, the devices under dm and md, the paths under NVMe multipath. */
  readonly below: readonly BlockDevice[];
}

/** The rest of a queue, as far as atomic limits hang on it. */
export interface QueueFacts {
  readonly maxTransferBytes: Known<number>;
  readonly maxSegments: Known<number>;
  readonly chunkBytes: Known<number>;
  readonly minimumIoBytes: Known<number>;
}

export type DriveAccess =
  | { readonly kind: 'nvme'; readonly namespaceId: Known<number> }
  /** Page B0h, which sysfs shows to everybody since 5.19; null where it does not. */
  | { readonly kind: 'scsi'; readonly blockLimitsPage: Uint8Array | null };

/** Reads a device's part of sysfs; null where `sysfs` does not know the number. */
export function readBlockDevice(number: DeviceNumber, sysfs = '/sys'): BlockDevice | null {
  const folder = sysfsFolder(number, sysfs);
  return folder === null ? null : readFolder(folder);
}

function readFolder(folder: string): BlockDevice {
  const isPartition = existsSync(path.join(folder, 'partition'));
  const disk = isPartition ? path.dirname(folder) : folder;
  const name = path.basename(folder).replaceAll('!', '/');
  const kind = kindOf(folder, name, isPartition);
  const stack = isPartition ? null : readStack(folder, kind);
  const readOnly = flag(readSysfsNumber(folder, 'ro'));
  const dmaAlignment = readSysfsNumber(disk, 'queue/dma_alignment');
  return {
    facts: {
      name,
      sizeBytes: scaled(readSysfsNumber(folder, 'size'), 512),
      logicalBlockBytes: readSysfsNumber(disk, 'queue/logical_block_size'),
      atomic: readAtomicLimits(disk),
      partitionStartBytes: isPartition ? scaled(readSysfsNumber(folder, 'start'), 512) : null,
      readOnly,
      memoryAlignBytes: dmaAlignment === 'unknown' ? dmaAlignment : dmaAlignment + 1,
    },
    kind,
    title: titleOf(folder, stack),
    firmware: readText(folder, 'device/firmware_rev') ?? readText(folder, 'device/rev'),
    serial: readText(folder, 'device/serial') ?? readText(folder, 'serial'),
    rotational: flag(readSysfsNumber(disk, 'queue/rotational')),
    readOnly,
    physicalBlockBytes: readSysfsNumber(disk, 'queue/physical_block_size'),
    writeCache: readText(disk, 'queue/write_cache'),
    writeThrough:
      readText(disk, 'queue/write_cache') === 'write through' || readSysfsNumber(disk, 'queue/fua') === 1,
    backingFile: readText(folder, 'loop/backing_file'),
    queue: {
      maxTransferBytes: scaled(readSysfsNumber(disk, 'queue/max_hw_sectors_kb'), 1024),
      maxSegments: readSysfsNumber(disk, 'queue/max_segments'),
      chunkBytes: scaled(readSysfsNumber(disk, 'queue/chunk_sectors'), 512),
      minimumIoBytes: readSysfsNumber(disk, 'queue/minimum_io_size'),
    },
    drive: kind === 'disk' ? driveAccess(folder, name) : null,
    stack,
    below: isPartition ? [readFolder(disk)] : (stack?.memberFolders ?? []).map(readFolder),
  };
}

function kindOf(folder: string, name: string, isPartition: boolean): BlockDevice['kind'] {
  if (isPartition) return 'partition';
  if (existsSync(path.join(folder, 'dm'))) return 'device-mapper';
  if (existsSync(path.join(folder, 'md'))) return 'md';
  if (/^nvme\d+n\d+$/.test(name) && realpathSync(folder).includes('/nvme-subsystem/'))
    return 'nvme-multipath';
  return /^loop\d+$/.test(name) ? 'loop' : 'disk';
}

function titleOf(folder: string, stack: Stack | null): string | null {
  const level = stack?.kind === 'md' ? `md ${stack.level}` : null;
  return readText(folder, 'device/model') ?? readText(folder, 'dm/name') ?? level;
}

/** A path below NVMe multipath is `nvme0c0n1`; a namespace of its own is `nvme0n1`. */
function driveAccess(folder: string, name: string): DriveAccess | null {
  if (/^nvme\d+(?:c\d+)?n\d+$/.test(name))
    return { kind: 'nvme', namespaceId: readSysfsNumber(folder, 'nsid') };
  if (!/^sd[a-z]+$/.test(name)) return null;
  return { kind: 'scsi', blockLimitsPage: readSysfsBytes(folder, 'device/vpd_pgb0') };
}

/** The four files are there since 6.11; a kernel without them is told apart by its version, not here. */
function readAtomicLimits(disk: string): Known<AtomicQueueLimits> {
  const unitMinBytes = readSysfsNumber(disk, 'queue/atomic_write_unit_min_bytes');
  const unitMaxBytes = readSysfsNumber(disk, 'queue/atomic_write_unit_max_bytes');
  const maxBytes = readSysfsNumber(disk, 'queue/atomic_write_max_bytes');
  const boundaryBytes = readSysfsNumber(disk, 'queue/atomic_write_boundary_bytes');
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
