import type { DeviceFacts } from '../../core/atomic/index.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import type { CrashPlan } from '../../core/torn/crash/index.ts';
import type { Progress } from '../failure.ts';
import type { RealRun } from '../lab/index.ts';

/**
 * What host and guest say to each other. Both run the same build, so that types are enough. The host sends a line of
 * JSON ({@link Request}), and the bodies that it announces; the guest answers with lines of JSON ({@link Reply}).
 * The end of the stream ends the guest.
 */
export interface Request {
  readonly id: number;
  readonly op: Operation;
  /** JSON: the operation's argument. */
  readonly body: Delivery;
  /** Bytes of an image. */
  readonly data?: Delivery;
}

/** How bulk reaches the guest: behind the line in the stream, or as a file of the host's that the guest sees too. */
export type Delivery = { readonly bytes: number } | { readonly path: string };

export type Operation = 'setup' | 'attach' | 'run' | 'units' | 'command';

/** Files to load, in this order. */
export interface Setup {
  readonly modules: readonly string[];
}

/** The drive that the guest makes, or finds where the machine has it built in. */
export interface Attach {
  readonly drive: GuestDrive;
  readonly rotational: boolean | null;
  /** Where bytes of the image lie on the drive: offset and length; everything else is zero. */
  readonly extents: readonly (readonly [number, number])[];
  /** Whether the data are these ranges one behind the other, or the image itself. */
  readonly isPacked: boolean;
}

export type GuestDrive =
  | { readonly kind: 'scsi'; readonly module: string; readonly parameters: string }
  | { readonly kind: 'nvme'; readonly serial: string }
  | { readonly kind: 'loop'; readonly sizeBytes: number }
  /** The beginning of an NVMe disk that is larger than any drive. */
  | { readonly kind: 'partition'; readonly serial: string; readonly sizeBytes: number };

/** Where such a partition starts. */
export const partitionStartBytes = 2 ** 20;

export interface Run {
  readonly plan: Plan;
  readonly trace: boolean;
}

/** A crash plan's stamped writes on the drive's filesystem, which is mounted for them; each tells of itself in notes. */
export interface Units {
  readonly plan: CrashPlan;
  /** The run, as 16 hexadecimal digits. */
  readonly run: string;
}

/**
 * One command of Untorn's own command line in the guest, with the drive that is attached: the words {@link driveWord} and
 * {@link mountWord} stand for its device and for the folder that it is mounted at. Each line that it prints is a note.
 */
export interface Command {
  readonly words: readonly string[];
  /** Small files for it, by names below {@link filesWord}. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Mounts the drive for as long as the command runs; null: it stays as it is. */
  readonly mount: { readonly fs: 'ext4' | 'xfs'; readonly options: string } | null;
  /** Whether the guest's network, which reaches this host only, is to be up. */
  readonly network: boolean;
}

export const driveWord = '{drive}';
export const mountWord = '{mount}';
export const filesWord = '{files}';

/** One line of such a command, as the text of a note. */
export interface CommandLine {
  readonly from: 'stdout' | 'stderr';
  readonly line: string;
}

/** How it ended: its exit code, or null where a signal ended it. */
export interface CommandEnd {
  readonly code: number | null;
}

/** The host as a guest's network shows it (QEMU's user networking). */
export const hostInGuest = '10.0.2.2';

/** What the guest's kernel says of itself. */
export interface GuestFacts {
  readonly release: string;
  readonly possibleCpus: number;
  readonly pageSizeBytes: number;
  readonly largeFolios: boolean;
}

/** The drive as the guest's kernel sees it. */
export interface DriveFacts {
  readonly device: DeviceFacts;
  readonly rotational: boolean;
  readonly writeThrough: boolean;
}

export type Reply =
  | { readonly kind: 'hello'; readonly facts: GuestFacts }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  /** Something to be written down by whoever asked, as it happens. */
  | { readonly kind: 'note'; readonly id: number; readonly text: string }
  /** The guest lives, however long a step takes. */
  | { readonly kind: 'beat' }
  | { readonly kind: 'done'; readonly id: number; readonly value: DriveFacts | RealRun | CommandEnd | null }
  | {
      readonly kind: 'failed';
      readonly id: number;
      /** Null for a defect. */
      readonly exitCode: 2 | 3 | null;
      readonly message: string;
      readonly place: string | null;
    };
