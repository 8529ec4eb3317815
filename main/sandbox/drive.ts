import type { Drive, TargetOf } from '../../core/experiment/plan.ts';
import { Unable } from '../failure.ts';
import { expectedLimits } from './drive-limits.ts';
import type { DriveFacts } from './protocol.ts';
import type { Emulator, SandboxKernel } from './kernel/types.ts';

const MiB = 2 ** 20;
/** scsi_debug keeps the whole drive in the guest's memory. */
const largestScsiBytes = 2 ** 32;
/** NVMe counts atomic units in 16 bits, zero for one. */
const mostNvmeBlocks = 65536;

/** Throws Unable where `target` asks for a drive that nothing emulates on `machine`. */
export function checkDrive(
  { size, drive }: TargetOf<'sandbox'>,
  { machine }: SandboxKernel,
  emulator: Emulator | null,
): void {
  const why = wrongSize(size, drive) ?? wrongLimits(drive) ?? wrongMachine(drive, machine, emulator);
  if (why !== null) throw new Unable(`${why.place}: ${why.text}`, why.place);
}

interface Obstacle {
  readonly place: string;
  readonly text: string;
}

function wrongSize(size: number, { kind, logicalBlockSize }: Drive): Obstacle | null {
  const place = 'target.size';
  if (kind === 'scsi' && (size < MiB || size % MiB !== 0))
    return { place, text: `an emulated SCSI drive comes in whole MiB, and ${size} bytes are not` };
  if (kind === 'scsi' && size > largestScsiBytes)
    return {
      place,
      text: 'an emulated SCSI drive lies in memory and has at most 4GiB; "nvme" can be larger',
    };
  if (size % logicalBlockSize !== 0)
    return { place, text: `${size} bytes are no whole number of blocks of ${logicalBlockSize}` };
  return null;
}

function wrongLimits(drive: Drive): Obstacle | null {
  const { kind, logicalBlockSize, atomicMax } = drive;
  for (const name of ['atomicMax', 'boundary', 'alignment', 'granularity'] as const) {
    const bytes = drive[name];
    if (bytes !== undefined && bytes % logicalBlockSize !== 0)
      return {
        place: `target.drive.${name}`,
        text: `${bytes} bytes are no whole number of blocks of ${logicalBlockSize}`,
      };
  }
  if (kind === 'nvme') return wrongNvme(drive);
  if (drive.boundary !== undefined)
    return {
      place: 'target.drive.boundary',
      text: `Linux knows no atomic boundary of a ${kind} drive: take "nvme"`,
    };
  if (kind === 'scsi') return null;
  for (const name of ['alignment', 'granularity'] as const) {
    if (drive[name] !== undefined)
      return { place: `target.drive.${name}`, text: 'a loop device has no atomic limits' };
  }
  if (logicalBlockSize !== 512)
    return { place: 'target.drive.logicalBlockSize', text: 'a loop device has blocks of 512 bytes here' };
  return atomicMax === 0 || atomicMax === defaultAtomicMax
    ? null
    : { place: 'target.drive.atomicMax', text: 'a loop device has no atomic limits' };
}

/** What the plan format fills in. */
const defaultAtomicMax = 65536;

function wrongNvme({
  boundary,
  alignment,
  granularity,
  atomicMax,
  logicalBlockSize,
}: Drive): Obstacle | null {
  if (alignment !== undefined || granularity !== undefined)
    return {
      place: 'target.drive',
      text: 'alignment and granularity are limits of SCSI drives; NVMe has a boundary',
    };
  if (atomicMax > mostNvmeBlocks * logicalBlockSize)
    return { place: 'target.drive.atomicMax', text: `NVMe counts at most ${mostNvmeBlocks} blocks` };
  if (boundary !== undefined && (boundary < atomicMax || boundary > mostNvmeBlocks * logicalBlockSize))
    return { place: 'target.drive.boundary', text: 'must be from atomicMax to 65536 blocks' };
  return null;
}

function wrongMachine(
  { kind, boundary }: Drive,
  machine: SandboxKernel['machine'],
  emulator: Emulator | null,
): Obstacle | null {
  if (kind === 'nvme' && machine === 'uml')
    return {
      place: 'target.drive.kind',
      text: 'User Mode Linux has no NVMe: name a kernel for QEMU in target.kernel',
    };
  if (machine === 'uml') return null;
  if (emulator === null)
    return {
      place: 'target.kernel',
      text: 'this kernel takes QEMU, and none is found: untorn sandbox install qemu',
    };
  if (
    kind === 'nvme' &&
    (emulator.version.major < 10 || (boundary !== undefined && emulator.version.major < 11))
  )
    return {
      place: 'target.drive',
      text: `QEMU ${emulator.version.major} emulates no such NVMe (atomic limits since 10, a boundary since 11): untorn sandbox install qemu`,
    };
  return null;
}

/** Parameters of scsi_debug for a drive; limits in its logical blocks. */
export function scsiParameters({ size, drive }: TargetOf<'sandbox'>): string {
  const { logicalBlockSize: block, atomicMax, alignment = block, granularity = block } = drive;
  const plain = `dev_size_mb=${size / MiB} sector_size=${block} delay=0`;
  if (atomicMax === 0) return plain;
  const limits = [
    `atomic_wr_max_length=${atomicMax / block}`,
    `atomic_wr_align=${alignment / block}`,
    `atomic_wr_gran=${granularity / block}`,
  ];
  return `${plain} atomic_wr=1 ${limits.join(' ')}`;
}

/** Options of QEMU's controller and namespace for a drive; the limits that count blocks are zero-based. */
export function nvmeOptions(
  { drive }: TargetOf<'sandbox'>,
  emulator: Emulator,
): { controller: string; namespace: string } {
  const { logicalBlockSize: block, atomicMax, boundary } = drive;
  const blocks = `logical_block_size=${block},physical_block_size=${block}`;
  if (atomicMax === 0) return { controller: '', namespace: blocks };
  const unit = atomicMax / block - 1;
  const controller = `atomic.dn=on,atomic.awun=${unit},atomic.awupf=${unit}`;
  if (emulator.version.major < 11) return { controller, namespace: blocks };
  const edge =
    boundary === undefined
      ? ''
      : `,atomic.nabsn=${boundary / block - 1},atomic.nabspf=${boundary / block - 1}`;
  return { controller, namespace: `${blocks},atomic.nawun=${unit},atomic.nawupf=${unit}${edge}` };
}

/** What a guest will report of a drive, for predictions that boot none. */
export function expectedDrive(target: TargetOf<'sandbox'>, release: string): DriveFacts {
  const { size, drive, rotational = false } = target;
  const names = { scsi: 'sda', nvme: 'nvme0n1', loop: 'loop0' } as const;
  return {
    device: {
      name: names[drive.kind],
      sizeBytes: size,
      logicalBlockBytes: drive.logicalBlockSize,
      atomic: expectedLimits(drive, release),
      partitionStartBytes: null,
    },
    rotational,
    writeThrough: drive.kind !== 'loop',
  };
}
