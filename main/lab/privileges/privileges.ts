import type { DeviceNumber } from '../../machine/index.ts';
import type { Executor } from '../../native/index.ts';
import type { TraceEvent, Way } from '../../privilege/index.ts';

/**
 * What a lab needs root for, and nothing else. Root does it in this process; anybody else has it done by UDisks2 or by the
 * helper (docs/privilege.md). A refusal of the kernel's is a rejection with a SystemCallError, whoever asked.
 */
export interface Privileges {
  readonly way: Way;
  /** What could disturb a run and is not seen this way, one sentence each; empty where everything is. */
  readonly unwatched: readonly string[];
  /** Puts into an image what this way cannot tell the kernel otherwise, before anybody reads it; nothing where it is left out. */
  adopt?(image: string, wish: AdoptWish): Promise<void>;
  /** Attaches an image in the lab's folder. Nothing keeps the device open. */
  attach(image: string, wish: LoopWish): Promise<AttachedLoop>;
  /**
   * Mounts nosuid, nodev and noexec, in a way that makes the root directory the caller's. Root and the helper do it from CPU 0.
   * Returns the directory where it is mounted: the wanted one, or one of UDisks2's choice.
   */
  mount(wish: MountWish, executor: Executor): Promise<string>;
  unmount(mountPoint: string, executor: Executor): Promise<void>;
  /** Takes a mount out of sight even where somebody keeps it in use. */
  dropMount(mountPoint: string): Promise<void>;
  /** Has a mounted ext4 count the buddies that it makes (mb_stats); `device` as the kernel calls it. */
  countBuddies(device: string): Promise<void>;
  /** The kernel's function in which the journal's thread of a mounted ext4 waits; null where nobody knows. */
  journalWaitsIn(device: string, thread: string): Promise<string | null>;
  /** Sees who else changes a mounted filesystem. */
  watchChanges(mountPoint: string, ownThread: number): Promise<ChangeWatch>;
  /** Starts a private trace of one filesystem's tracepoints; null where tracing is not to be had. */
  openTrace(wish: TraceWish): Promise<TraceSession | null>;
  /** Lets go of everything that is left. Safe to call twice. */
  end(): Promise<void>;
}

export interface LoopWish {
  readonly logicalBlockBytes: number;
  readonly directIo: boolean;
  /** Overrides the flag that the device inherits from the disk under the file. */
  readonly rotational: boolean | undefined;
}

export interface AttachedLoop {
  /** `3` of `/dev/loop3`. */
  readonly number: number;
  readonly path: string;
  readonly rotational: boolean;
  detach(): Promise<void>;
}

export interface MountWish {
  readonly device: string;
  readonly mountPoint: string;
  readonly fs: 'ext4' | 'xfs';
  readonly options: string;
}

export interface AdoptWish {
  readonly fs: 'ext4' | 'xfs';
  /** As in {@link MountWish}. */
  readonly options: string;
}

export interface ChangeWatch {
  /** Threads that changed something since the last call; 0 for one that nobody can name. */
  drain(): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface TraceWish {
  /** A lab has at most one trace for each purpose: what others do, and what the allocator decides. */
  readonly purpose: 'others' | 'decisions';
  readonly device: DeviceNumber;
  readonly events: readonly TraceEvent[];
  /** Room for what CPU 0 records, where the plan's thread runs. */
  readonly firstCpuKib: number;
  /** Room for each of the others. */
  readonly otherCpusKib: number;
  /** Whether what comes last is kept where there is no room, rather than what came first. */
  readonly overwrite: boolean;
}

/**
 * A private trace. Its clock is `counter`, which gives every event of every CPU its place in one order; a clock of time does
 * not, where two events are closer than its resolution.
 */
export interface TraceSession {
  /** Writes a marker between the events; it has its place in their order. False where the buffer has no room for it. */
  mark(text: string): Promise<boolean>;
  /** What has been recorded since the last call, line by line; CPU by CPU in order. */
  lines(): Promise<string[]>;
  /** Events that found no room, over all CPUs. */
  lost(): Promise<number>;
  /** Records nothing any more; what was recorded can still be read. */
  stop(): Promise<void>;
  /** Removes it. Safe to call twice. */
  close(): Promise<void>;
}
