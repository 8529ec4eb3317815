import type { Inode, MountedFilesystem } from '../../vfs/index.ts';
import type { PlanObserver } from '../execute.ts';
import type { Extent, StepRecord } from '../outcome.ts';
import type { Step } from '../plan.ts';
import { stride, type LayoutChange, type Replay } from './replay.ts';

/** Beyond these a replay ends early: extents that are told, and extents that are looked at. */
const toldMax = 2 ** 17;
const lookedAtMax = 2 ** 22;

/**
 * Takes down how the layouts come about while a plan goes on, and changes nothing. It sees what is mapped: delayed data
 * has no place yet, and of files without extents nothing is seen.
 */
export class ReplayRecorder implements PlanObserver {
  readonly #files: string[] = [];
  readonly #now = new Map<string, readonly number[]>();
  readonly #moments: LayoutChange[][] = [[]];
  #told = 0;
  #lookedAt = 0;
  #untold = 0;

  get replay(): Replay {
    return { files: this.#files, moments: this.#moments, untold: this.#untold };
  }

  beforeStep(): void {
    // What there is was seen behind the step before.
  }

  afterStep(
    fs: MountedFilesystem,
    _step: Step,
    record: StepRecord,
    _inode: Inode | null,
    files: Iterable<[string, Inode]>,
  ): void {
    if (record.crash === undefined) this.#look(fs, files);
  }

  atEnd(fs: MountedFilesystem, files: Iterable<[string, Inode]>): void {
    this.#look(fs, files);
  }

  #look(fs: MountedFilesystem, files: Iterable<[string, Inode]>): void {
    if (this.#told > toldMax || this.#lookedAt > lookedAtMax) {
      this.#untold++;
      return;
    }
    const changes: LayoutChange[] = [];
    const gone = new Set(this.#now.keys());
    for (const [name, inode] of files) {
      gone.delete(name);
      // Nothing is read in for a look: until a step needs the file's mapping, nothing is told of it.
      if (inode.mapping === null || inode.mapping === undefined) continue;
      const extents = flat(fs.mapping.present(inode, 0, Number.MAX_SAFE_INTEGER));
      this.#lookedAt += 1 + extents.length / stride;
      const change = this.#changeTo(name, extents);
      if (change) changes.push(change);
    }
    for (const name of gone) {
      const drop = (this.#now.get(name) ?? []).length / stride;
      changes.push({ file: this.#indexOf(name), there: false, at: 0, drop, put: [] });
      this.#now.delete(name);
    }
    this.#told += changes.reduce((sum, { put }) => sum + 1 + put.length / stride, 0);
    this.#moments.push(changes);
  }

  #changeTo(name: string, extents: readonly number[]): LayoutChange | null {
    const before = this.#now.get(name);
    this.#now.set(name, extents);
    const change = changeBetween(before ?? [], extents);
    if (before !== undefined && change.drop === 0 && change.put.length === 0) return null;
    return { file: this.#indexOf(name), there: true, ...change };
  }

  #indexOf(name: string): number {
    const index = this.#files.indexOf(name);
    return index >= 0 ? index : this.#files.push(name) - 1;
  }
}

function flat(extents: readonly Extent[]): number[] {
  const numbers: number[] = [];
  for (const { logical, physical, length, state } of merged(extents)) {
    numbers.push(logical, physical, length, state === 'unwritten' ? 1 : 0);
  }
  return numbers;
}

/** Neighbours that continue each other are one extent, as in an outcome (docs/plan-format.md). */
function merged(extents: readonly Extent[]): Extent[] {
  const list: Extent[] = [];
  for (const extent of extents) {
    const last = list.at(-1);
    const continues =
      last?.state === extent.state &&
      last.logical + last.length === extent.logical &&
      last.physical + last.length === extent.physical;
    if (last && continues) list[list.length - 1] = { ...last, length: last.length + extent.length };
    else list.push(extent);
  }
  return list;
}

/** The smallest change in one place: what both have in common at the beginning and at the end stays. */
function changeBetween(
  before: readonly number[],
  after: readonly number[],
): Pick<LayoutChange, 'at' | 'drop' | 'put'> {
  const [beforeCount, afterCount] = [before.length / stride, after.length / stride];
  const same = (one: number, other: number) => {
    for (let part = 0; part < stride; part++) {
      if (before[one * stride + part] !== after[other * stride + part]) return false;
    }
    return true;
  };
  let at = 0;
  while (at < beforeCount && at < afterCount && same(at, at)) at++;
  let end = 0;
  while (end < beforeCount - at && end < afterCount - at && same(beforeCount - 1 - end, afterCount - 1 - end))
    end++;
  return { at, drop: beforeCount - at - end, put: after.slice(at * stride, (afterCount - end) * stride) };
}
