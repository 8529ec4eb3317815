import type { FreeRuns } from '../../mballoc/index.ts';
import type { Inode, MountedFilesystem } from '../../vfs/index.ts';
import type { PlanObserver } from '../execute.ts';
import type { Extent, StepRecord } from '../outcome.ts';
import type { Step } from '../plan.ts';

/** What a prediction leaves to be seen beside its outcome. */
export interface Observation {
  /** For each step that was executed. */
  readonly steps: readonly ObservedStep[];
  /** Null where the kernel went down. */
  readonly free: FreeRuns | null;
}

export interface ObservedStep {
  /** What lies in the range of a write or an allocation when the call is over; null for other steps. */
  readonly extents: readonly Extent[] | null;
  /** Blocks that the call was refused for and has left in the file all the same. */
  readonly leftOverBlocks: number;
}

/** Blocks of a file, the end not included. */
interface BlockRange {
  readonly from: number;
  readonly to: number;
}

/** Watches a plan for {@link Observation}. Of files without extents it sees nothing. */
export class Watcher implements PlanObserver {
  readonly #steps: ObservedStep[] = [];
  #free: FreeRuns | null = null;
  #blocksBefore = 0;

  get observation(): Observation {
    return { steps: this.#steps, free: this.#free };
  }

  beforeStep(fs: MountedFilesystem, step: Step, inode: Inode | null): void {
    const range = rangeOf(step, fs.geometry.blockSizeBytes);
    this.#blocksBefore = range && inode ? lengthOf(present(fs, inode, range)) : 0;
  }

  afterStep(fs: MountedFilesystem, step: Step, record: StepRecord, inode: Inode | null): void {
    const range = rangeOf(step, fs.geometry.blockSizeBytes);
    const extents = range && inode && record.crash === undefined ? present(fs, inode, range) : null;
    const refused = extents !== null && record.result === -1;
    this.#steps.push({
      extents,
      leftOverBlocks: refused ? Math.max(0, lengthOf(extents) - this.#blocksBefore) : 0,
    });
  }

  atEnd(fs: MountedFilesystem): void {
    this.#free = fs.allocator.freeRuns();
  }
}

function present(fs: MountedFilesystem, inode: Inode, { from, to }: BlockRange): Extent[] {
  return fs.mapping.present(inode, from, to);
}

function lengthOf(extents: readonly Extent[]): number {
  return extents.reduce((sum, { length }) => sum + length, 0);
}

function rangeOf(step: Step, blockBytes: number): BlockRange | null {
  if (step.op !== 'write' && step.op !== 'fallocate') return null;
  const { offset, length } = step;
  return { from: Math.floor(offset / blockBytes), to: Math.ceil((offset + length) / blockBytes) };
}
