import { NotModelled, Refused } from '../errno.ts';
import { openVolume, type ByteSource } from '../ext4/index.ts';
import type { HeldFate, KernelProfile, LiveState, TraceSink } from '../mballoc/index.ts';
import { MountedFilesystem, readLayout, type Inode, type Machine } from '../vfs/index.ts';
import { PlanFiles } from './execute-files.ts';
import { StepExecutor } from './execute-steps.ts';
import type { FileLayout, Outcome, StepRecord } from './outcome.ts';
import type { Plan, Step } from './plan.ts';

/** What a prediction needs. */
export interface Execution {
  readonly plan: Plan;
  /** The filesystem before the plan: an unmounted image or device. It is only read. */
  readonly source: ByteSource;
  readonly machine: Machine;
  readonly profile: KernelProfile;
  /** Options of the mount where the plan does not say them (a filesystem that is mounted already). */
  readonly mountOptions?: string;
  /** Takes the allocator's decisions. */
  readonly trace?: TraceSink;
  /** Called before a step, and with the number of steps before the layouts are read. */
  readonly beforeStep?: (index: number) => void;
  /** Called when a step is over. */
  readonly onStep?: (index: number, record: StepRecord) => void;
  /** Looks on without changing anything. */
  readonly observer?: PlanObserver;
  /** The directory in which the plan works; the root where it is left out. */
  readonly base?: BaseDirectory;
  /** Given for a device under a live mount, whose journal is in use. */
  readonly live?: LiveMount;
}

/**
 * Looks at the mounted mirror while a plan goes on. `inode` is the step's file, null where none is known; `files` are all
 * that steps have named and that are there, by their names in the plan.
 */
export interface PlanObserver {
  beforeStep(fs: MountedFilesystem, step: Step, inode: Inode | null): void;
  afterStep(
    fs: MountedFilesystem,
    step: Step,
    record: StepRecord,
    inode: Inode | null,
    files: Iterable<[string, Inode]>,
  ): void;
  /** No step comes any more; not called where the kernel is down. */
  atEnd(fs: MountedFilesystem, files: Iterable<[string, Inode]>): void;
}

/** A directory below the root; its path has no slash in front. */
export interface BaseDirectory {
  readonly path: string;
  /** Directories on the way that are still to be made, outermost first. */
  readonly toMake: readonly string[];
  /** Its inode, where what lies on the way to it cannot be read: then nothing is to be made there. */
  readonly ino?: number;
}

/** A filesystem that somebody else has mounted. */
export interface LiveMount {
  /** What its memory is taken to hold, where `slots` is the number of stream goals. */
  readonly state: (slots: number) => LiveState;
  /** Told when the plan is over: what became of the held clusters. */
  readonly onFates: (fates: readonly HeldFate[]) => void;
}

/**
 * Executes a plan on the mirror of a mounted ext4 and returns what the kernel would: the results of the steps and the
 * layout of the files. Throws NotModelled, DamagedImage (core/ext4) and MountRefused (core/vfs).
 */
export function executePlan(execution: Execution): Outcome {
  const { plan, machine, profile, trace, base, live } = execution;
  const volume = openVolume(execution.source, { replay: live === undefined });
  if (volume.geometry.features.fastCommit) throw new NotModelled('the feature fast_commit');
  const { target } = plan;
  const fs = new MountedFilesystem(volume, {
    machine,
    profile,
    options: execution.mountOptions ?? ('mountOptions' in target ? target.mountOptions : ''),
    buddies: live ? 'warm' : 'buddies' in target ? target.buddies : 'settled',
    trace,
    live: live !== undefined,
    ...(base?.ino === undefined ? {} : { baseIno: base.ino }),
  });
  const fates = live && fs.allocator.assumeLive(live.state(fs.allocator.streamSlots));
  for (const directory of base?.toMake ?? []) fs.namespace.makeDirectory(directory);
  const files = new PlanFiles(fs, base === undefined || base.ino !== undefined ? '' : `${base.path}/`);
  const executor = new StepExecutor(fs, files);
  const steps: StepRecord[] = [];
  for (const [index, step] of plan.steps.entries()) {
    execution.beforeStep?.(index);
    const inodeOf = () => ('file' in step ? files.known(step.file) : null);
    execution.observer?.beforeStep(fs, step, inodeOf());
    const record = executor.execute(step);
    execution.observer?.afterStep(fs, step, record, inodeOf(), files.inOrder);
    execution.onStep?.(index, record);
    steps.push(record);
    // Nobody reads layouts on a kernel that is down.
    if (record.crash !== undefined) return { allocator: profile.name, steps, files: {} };
  }
  execution.beforeStep?.(steps.length);
  const outcome = { allocator: profile.name, steps, files: layouts(fs, files, plan.steps) };
  execution.observer?.atEnd(fs, files.inOrder);
  if (live && fates) live.onFates(fates());
  return outcome;
}

/** The layout of every remaining file that a step other than `many` named, in the order of latest creation. */
function layouts(
  fs: MountedFilesystem,
  files: PlanFiles,
  steps: readonly Step[],
): Record<string, FileLayout> {
  const named = new Set(steps.flatMap((step) => ('file' in step && step.op !== 'mkdir' ? [step.file] : [])));
  const order = [...files.inOrder].filter(([name]) => named.has(name));
  for (const [name] of order) named.delete(name);
  for (const name of named) {
    const inode = regularFile(fs, files.path(name));
    if (inode) order.push([name, inode]);
  }
  return Object.fromEntries(order.map(([name, inode]) => [name, layoutOf(fs, inode)]));
}

function regularFile(fs: MountedFilesystem, path: string): Inode | null {
  try {
    const inode = fs.namespace.lookup(path);
    return inode.isRegular ? inode : null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function layoutOf(fs: MountedFilesystem, inode: Inode): FileLayout {
  try {
    const { extents, inline } = readLayout(fs, inode);
    return inline ? { extents, inline } : { extents };
  } catch (error) {
    if (error instanceof Refused) return { errno: error.errno };
    throw error;
  }
}
