import { assertUnreachable } from '../assert.ts';
import { KernelCrash, Refused } from '../errno.ts';
import {
  evictUnlinked,
  fallocate,
  readLayout,
  releaseReader,
  syncFile,
  truncateFile,
  writeAndWait,
  writeFile,
  type FallocateModes,
  type MountedFilesystem,
} from '../vfs/index.ts';
import type { Descriptor, PlanFiles } from './execute-files.ts';
import type { StepRecord } from './outcome.ts';
import type { FallocateMode, Step, StepOf } from './plan.ts';

/** Executes steps on a mounted mirror as docs/plan-format.md says. Failures of the kernel end up in the records. */
export class StepExecutor {
  readonly #fs: MountedFilesystem;
  readonly #files: PlanFiles;

  constructor(fs: MountedFilesystem, files: PlanFiles) {
    this.#fs = fs;
    this.#files = files;
  }

  execute(step: Step): StepRecord {
    const record = this.#record(step);
    const warnings = this.#fs.takeWarnings();
    return warnings.length === 0 ? record : { ...record, warnings };
  }

  #record(step: Step): StepRecord {
    const { op } = step;
    try {
      if (op === 'layout') return { op, result: 0, extents: this.#layout(step.file) };
      return { op, result: this.#call(step) };
    } catch (error) {
      if (error instanceof Refused) return { op, result: -1, errno: error.errno };
      if (error instanceof KernelCrash) return { op, result: -1, crash: error.message };
      throw error;
    }
  }

  #call(step: Exclude<Step, { op: 'layout' }>): number {
    const files = this.#files;
    switch (step.op) {
      case 'create':
        files.create(step.file, step.direct);
        return 0;
      case 'open':
        files.opened(step.file, step.direct);
        return 0;
      case 'write':
        return this.#write(this.#touched(step.file, files.opened(step.file, step.direct)), step);
      case 'fallocate':
        this.#fallocate(
          this.#touched(step.file, files.anyOpened(step.file)),
          step.offset,
          step.length,
          step.mode,
        );
        return 0;
      case 'truncate':
        truncateFile(this.#fs, this.#touched(step.file, files.anyOpened(step.file)).inode, step.size);
        return 0;
      case 'unlink':
        this.#unlink(step.file);
        return 0;
      case 'mkdir':
        this.#fs.namespace.makeDirectory(files.path(step.file));
        return 0;
      case 'fsync':
        this.#fsync(step.file);
        return 0;
      case 'sync':
        this.#sync();
        return 0;
      case 'close':
        files.close(step.file);
        return 0;
      case 'remount':
        this.#remount();
        return 0;
      case 'many':
        return this.#many(step);
      case 'unlink-every':
        return this.#unlinkEvery(step);
      default:
        return assertUnreachable(step);
    }
  }

  #touched(name: string, descriptor: Descriptor): Descriptor {
    this.#files.touch(name);
    return descriptor;
  }

  #write(descriptor: Descriptor, request: Omit<StepOf<'write'>, 'op' | 'file' | 'direct'>): number {
    const { inode, direct, atomicLimits } = descriptor;
    return writeFile(this.#fs, inode, { ...request, direct }, atomicLimits);
  }

  #fallocate(descriptor: Descriptor, offset: number, length: number, modes: readonly FallocateMode[]): void {
    fallocate(this.#fs, descriptor.inode, offset, length, modesOf(modes));
  }

  /** An own O_RDONLY descriptor is opened for it, which is no writer. */
  #layout(name: string) {
    const inode = this.#fs.namespace.lookup(this.#files.path(name));
    if (inode.kind === 'directory') return this.#fs.mapping.extents(inode);
    this.#files.note(name, inode);
    const { extents } = readLayout(this.#fs, inode);
    this.#files.takeTouched(name);
    return extents;
  }

  /** Where nothing is open an own O_RDONLY descriptor is opened for it, which is no writer. */
  #fsync(name: string): void {
    const open = this.#files.open(name);
    if (open !== null) {
      syncFile(this.#fs, open.inode, false);
      return;
    }
    const inode = this.#files.regular(name);
    syncFile(this.#fs, inode, false);
    releaseReader(this.#fs, inode);
  }

  #unlink(name: string): void {
    this.#files.close(name);
    const inode = this.#fs.namespace.unlink(this.#files.path(name));
    this.#files.forget(name);
    if (inode.links === 0) evictUnlinked(this.#fs, inode);
  }

  /**
   * sync_file_range(2) of every file in its order, each through an own O_RDONLY descriptor, then syncfs(2): the first
   * error is the step's, after all was tried.
   */
  #sync(): void {
    let failed: Refused | null = null;
    for (const [name, inode] of this.#files.inOrder) {
      if (!this.#files.takeTouched(name)) continue;
      try {
        writeAndWait(this.#fs, inode);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        failed ??= error;
      }
      releaseReader(this.#fs, inode);
    }
    this.#fs.journal.commit();
    if (failed) throw failed;
  }

  #remount(): void {
    this.#sync();
    this.#files.closeAll();
    this.#fs.remount();
  }

  #many({ prefix, count, length, how }: StepOf<'many'>): number {
    try {
      for (let index = 0; index < count; index++) this.#one(`${prefix}${index}`, length, how);
    } finally {
      if (how === 'buffered') this.#sync();
    }
    return count;
  }

  #one(name: string, length: number, how: StepOf<'many'>['how']): void {
    this.#files.release(this.#files.createDescriptor(name, false, false));
    const descriptor = this.#touched(name, this.#files.openDescriptor(name, how === 'direct'));
    try {
      if (how === 'fallocate') this.#fallocate(descriptor, 0, length, []);
      else this.#fill(descriptor, length);
    } finally {
      this.#files.release(descriptor);
    }
  }

  #fill(descriptor: Descriptor, length: number): void {
    const written = this.#write(descriptor, { offset: 0, length, vectors: 1, atomic: false, sync: 'none' });
    if (written < length) throw new Refused('ENOSPC', 'a short write');
  }

  #unlinkEvery({ prefix, count, step, start }: StepOf<'unlink-every'>): number {
    let removed = 0;
    for (let index = start; index < count; index += step) {
      this.#unlink(`${prefix}${index}`);
      removed++;
    }
    return removed;
  }
}

function modesOf(modes: readonly FallocateMode[]): FallocateModes {
  const punchHole = modes.includes('punch-hole');
  return {
    keepSize: punchHole || modes.includes('keep-size'),
    punchHole,
    zeroRange: modes.includes('zero-range'),
    collapseRange: modes.includes('collapse-range'),
    insertRange: modes.includes('insert-range'),
  };
}
