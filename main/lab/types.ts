import type { DecisionTrace } from '../../core/experiment/decisions/index.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import type { OnProgress } from '../failure.ts';
import type { ReadBytes } from './privileges/whole.ts';

/** How a plan's target is to be prepared. */
export interface PrepareOptions {
  /** Directory that the plan's relative paths start from; the working directory when left out. */
  readonly planFolder?: string;
  /** Serial number, WWN or path by which the caller agrees to lose what is on a block target. */
  readonly destroy?: string;
  /** Whether the run will be asked for a trace, which not every way to it can give. */
  readonly trace?: boolean;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/** What files of the lab's own showed of the memory of a mounted ext4. */
export interface Probes {
  /** Large files in the order of writing, with the first block of each. */
  readonly streams: readonly { readonly ino: number; readonly physical: number }[];
  /** Small files in the order of writing. */
  readonly small: readonly SmallFile[];
}

/** A small file with one extent. */
export interface SmallFile {
  readonly ino: number;
  readonly physical: number;
  readonly blocks: number;
  /** Whether its first block was free in memory before the small files were written, and not preallocated. */
  readonly wasFree: boolean;
}

/** A mounted target made ready to be read for a prediction. */
export interface Observation {
  /** The directory that the plan will work in; it exists and is empty. */
  readonly directory: string;
  readonly probes: Probes;
  /** How what the prediction needs is read where this process may not open the device; null where it may. */
  readonly read: ReadBytes | null;
}

/** A target that is ready but not yet mounted: now it can be read for a prediction. */
export interface Lab {
  /**
   * The very bytes that the run will start from: an image file, or the device of a block target. Null for a mounted
   * target, whose filesystem lives in the kernel's memory as much as on its device.
   */
  readonly image: string | null;
  /** How {@link image} is read where this process may not open it itself; null, or left out, where it may. */
  readonly read?: ReadBytes | null;
  /** Facts that the kernel's answers will depend on. */
  readonly machine: LabMachine;
  /** What the filesystem is mounted with, what the lab adds included; empty where nothing is mounted. */
  readonly mountOptions: string;
  /**
   * Makes the plan's directory on a mounted ext4 and observes there what its memory holds; null for every other target.
   * What is read from device and kernel afterwards is what the run starts from.
   */
  observe(): Promise<Observation | null>;
  /** Mounts, runs every step, reads the layouts, unmounts. Once only. Throws Cancelled, Unable or InputError. */
  execute(options?: ExecuteOptions): Promise<RealRun>;
  /** Undoes everything: executor, mount, loop device, files. Safe to call twice, and in the middle of a run. */
  dispose(): Promise<void>;
}

export interface LabMachine {
  readonly possibleCpus: number;
  readonly rotational: boolean;
  /** Id modulo 16 of the thread that makes the calls. */
  readonly threadId: number;
  /** As uname(2) gives it. */
  readonly kernelRelease: string;
  readonly logicalBlockBytes: number;
}

export interface ExecuteOptions {
  /** Whether the kernel's tracepoints are recorded too (ext4 only; Unable where they are not to be had). */
  readonly trace?: boolean;
  /** A block device, by the kernel's name: how many writes reach it in each step is counted. */
  readonly countWritesOf?: string;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

export interface RealRun {
  readonly outcome: Outcome;
  /** Why the result may differ from an undisturbed one, one sentence each; empty when nothing was noticed. */
  readonly disturbed: readonly string[];
  /**
   * What may have made a difference but usually does not: reasons for a result that is not the predicted one, and none
   * against one that is.
   */
  readonly doubts: readonly string[];
  /** What could have disturbed the run and would not have been seen, one sentence each; empty where everything is watched. */
  readonly unwatched?: readonly string[];
  /** What the kernel's allocator decided, where that was asked for. */
  readonly trace?: KernelTrace;
  /** Write requests that the device has ended in each step, where that was asked for. */
  readonly writes?: readonly number[];
}

/** The kernel's own account of a run. */
export interface KernelTrace {
  readonly decisions: DecisionTrace;
  /** Events that the kernel had no room to record: where there are any, the decisions are not complete. */
  readonly lost: number;
}
