import { assertExists } from '../../core/assert.ts';
import type { Step, StepOf } from '../../core/experiment/plan.ts';
import {
  addon,
  type AddonDirectoryWatch,
  type AddonExecutor,
  type AddonForeignWatch,
  type LayoutParts,
} from './addon.ts';
import { fallocateFlags, writeFlags } from './constants.ts';
import type { DirectoryChanges, ForeignChange, StepAnswer } from './types.ts';

export type StepLayout = StepAnswer & LayoutParts;

/** Steps that are one job of the executor; `remount` is put together from several. */
export type ExecutorStep = Exclude<Step, { op: 'remount' }>;

const waysOfMany = { direct: 0, buffered: 1, fallocate: 2 } as const;

const fallocateBits = {
  'keep-size': fallocateFlags.keepSize,
  'punch-hole': fallocateFlags.punchHole | fallocateFlags.keepSize,
  'zero-range': fallocateFlags.zeroRange,
  'collapse-range': fallocateFlags.collapseRange,
  'insert-range': fallocateFlags.insertRange,
} as const;

const syncBits = { none: 0, dsync: writeFlags.dsync, sync: writeFlags.sync } as const;

/** RWF_* of a plan's write. */
export function writeFlagsOf({ sync, atomic }: Pick<StepOf<'write'>, 'sync' | 'atomic'>): number {
  return syncBits[sync] | (atomic ? writeFlags.atomic : 0);
}

/**
 * Makes the calls of a plan from one thread of its own, pinned to a CPU, whose id modulo 16 is as asked. Jobs run in
 * the order in which they were given. What the kernel refuses is an answer; a rejection means that the lab itself
 * failed (a SystemCallError; ECANCELED after {@link cancel}). native/io/workbench.h says which descriptor is used when.
 */
export class Executor {
  readonly #native: AddonExecutor;

  /** Throws a SystemCallError where the CPU is not ours to use, or no thread id fits. */
  constructor({ cpu = 0, threadIdModulo16 = null as number | null } = {}) {
    const { Executor: Native } = addon();
    this.#native = threadIdModulo16 === null ? new Native(cpu, 1, 0) : new Native(cpu, 16, threadIdModulo16);
  }

  /** gettid(2) of the thread. */
  get threadId(): number {
    return this.#native.threadId;
  }

  /** Names are looked up below `root` from now on. */
  async enter(root: string): Promise<void> {
    return this.#native.enter(root);
  }

  /** The one file is `device`, and stands for the block device at `path`. */
  async enterDevice(path: string): Promise<void> {
    return this.#native.enterDevice(path);
  }

  /** Closes everything, so that the filesystem can be unmounted; the order of creation is kept. */
  async leave(): Promise<void> {
    return this.#native.leave();
  }

  async mount(source: string, target: string, type: string, flags: number, options: string): Promise<void> {
    return this.#native.mount(source, target, type, flags, options);
  }

  async unmount(target: string): Promise<void> {
    return this.#native.unmount(target, 0);
  }

  /** Runs one step. */
  async run(step: ExecutorStep): Promise<StepAnswer | StepLayout> {
    const native = this.#native;
    switch (step.op) {
      case 'create':
        return native.create(step.file, step.direct);
      case 'open':
        return native.open(step.file, step.direct);
      case 'write': {
        const flags = writeFlagsOf(step);
        return native.write(step.file, step.offset, step.length, step.vectors, step.direct, flags);
      }
      case 'fallocate': {
        const mode = step.mode.reduce((bits, name) => bits | fallocateBits[name], 0);
        return native.fallocate(step.file, mode, step.offset, step.length);
      }
      case 'truncate':
        return native.truncate(step.file, step.size);
      case 'unlink':
        return native.unlink(step.file);
      case 'mkdir':
        return native.mkdir(step.file);
      case 'fsync':
        return native.fsync(step.file);
      case 'layout':
        return native.layout(step.file);
      case 'close':
        return native.close(step.file);
      case 'sync':
        return native.sync();
      case 'many':
        return native.many(step.prefix, step.count, step.length, waysOfMany[step.how]);
      case 'unlink-every':
        return native.unlinkEvery(step.prefix, step.count, step.step, step.start);
    }
  }

  /** Reads a file's layout, its delayed data written first. */
  async layout(file: string): Promise<StepLayout> {
    return this.#native.layout(file);
  }

  /** Names of the files that are there, in the order of their latest creation. */
  async names(): Promise<string[]> {
    return this.#native.names();
  }

  /** Ends the running step at its next system call, and every later one at once. */
  cancel(): void {
    this.#native.cancel();
  }

  /** Cancels, waits for the running call and ends the thread; nothing can be run any more. */
  end(): void {
    this.#native.end();
  }
}

/** Whether an answer is that of a `layout` step. */
export function isLayout(answer: StepAnswer | StepLayout): answer is StepLayout {
  return 'extents' in answer;
}

/**
 * Sees changes that other threads and processes make on a mounted filesystem, through whichever mount (fanotify(7)).
 * Stores through a shared memory map and ioctls are not seen.
 */
export class ForeignWatch {
  #native: AddonForeignWatch | null;

  /** Throws a SystemCallError without CAP_SYS_ADMIN, or where the kernel has no fanotify. */
  constructor(mountPoint: string, ownThread: number) {
    const { ForeignWatch: Native } = addon();
    this.#native = new Native(mountPoint, ownThread);
  }

  /** What has happened since the last call. */
  drain(): ForeignChange[] {
    return assertExists(this.#native, 'an open watch').drain();
  }

  close(): void {
    this.#native?.close();
    this.#native = null;
  }
}

/**
 * Sees changes that other processes make in some directories and to the files in them, without privilege (fanotify(7), since Linux
 * 5.13). Changes through names elsewhere, stores through a shared memory map and ioctls are not seen.
 */
export class DirectoryWatch {
  #native: AddonDirectoryWatch | null;

  /** Throws a SystemCallError where the kernel lets only root do so. */
  constructor() {
    const { DirectoryWatch: Native } = addon();
    this.#native = new Native();
  }

  /** Watches one more directory; a second time does nothing. Throws a SystemCallError. */
  add(directory: string): void {
    assertExists(this.#native, 'an open watch').add(directory);
  }

  /** What has happened since the last call. */
  drain(): DirectoryChanges {
    return assertExists(this.#native, 'an open watch').drain();
  }

  close(): void {
    this.#native?.close();
    this.#native = null;
  }
}
