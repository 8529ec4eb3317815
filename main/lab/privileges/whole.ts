import type { Mkfs } from '../../../core/experiment/plan.ts';
import type { Executor, StepAnswer } from '../../native/index.ts';
import type { DeviceCall } from '../../privilege/index.ts';
import type { AttachedLoop, MountWish, Privileges } from './privileges.ts';

/** What root and the helper can do beyond what a plan on an image of one's own needs. */
export interface WholePrivileges extends Privileges {
  /** As {@link Privileges.mount}; with an executor root mounts from its thread. */
  mount(wish: MountWish, executor?: Executor): Promise<string>;
  unmount(mountPoint: string, executor?: Executor): Promise<void>;
  /** Attaches the disk that a recorder shows (native/recorder): requests arrive there as they are. */
  attachRecorder(disk: string): Promise<AttachedLoop>;
  /** Has a device of the lab's make durable what it was given. */
  flush(device: string): Promise<void>;
  /** FS_IOC_SHUTDOWN of a filesystem of the lab's; `flag` as for shutDownFilesystem(). */
  shutDown(mountPoint: string, flag: number): Promise<void>;
  /**
   * Takes a block device that its user agrees to lose: `destroy` names it once more, and `place` is where it was named. Throws
   * InputError, Unable.
   */
  claim(device: string, destroy: string | undefined, place: string): Promise<ClaimedDisk>;
  /**
   * Makes ready to look at the mounted filesystem of `device` (as the kernel calls it), for a run in the directory `name` of a directory of
   * the lab's; {@link Privileges.watchChanges} and {@link Privileges.journalWaitsIn} take it for a mount from then on.
   */
  survey(directory: string, name: string, device: string): Promise<Survey>;
}

/** A look at a mounted filesystem that is not the lab's own. */
export interface Survey {
  /** How what a prediction needs of it is read where this process may not open the device; null where it may. */
  readonly read: ReadBytes | null;
}

/** As much of it as a filesystem on a loop device takes. */
export type Mounting = Pick<
  WholePrivileges,
  'attach' | 'attachRecorder' | 'mount' | 'unmount' | 'dropMount' | 'flush' | 'shutDown'
>;

/** A block device that is overwritten; nobody else uses it meanwhile. */
export interface ClaimedDisk {
  /** Without links. */
  readonly path: string;
  readonly rotational: boolean;
  readonly logicalSectorBytes: number;
  readonly sizeBytes: bigint;
  /** Throws InputError where mkfs refuses. */
  format(mkfs: Mkfs, signal?: AbortSignal): Promise<void>;
  /** How to read it where this process may not open it itself; null where it may. */
  readonly read: ReadBytes | null;
  /** How to make the calls of a plan on the bare device where this process may not open it itself; null where it may. */
  readonly step: ((call: DeviceCall) => Promise<StepAnswer>) | null;
}

/** Bytes of a device, fewer at its end. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;
