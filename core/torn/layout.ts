import type { Verdict } from './unit.ts';

/** Bytes of a target that are wrong, all in one way: one unit, or several that follow each other. */
export interface FaultRun {
  readonly address: number;
  readonly bytes: number;
  readonly verdict: Verdict;
}

/** Where a stamped file lies, as FIEMAP tells when its units have been judged. */
export interface StampedLayout {
  /** Of the filesystem: what `extents` are counted in. */
  readonly blockBytes: number;
  /** In logical order, four numbers each as in core/rpc/outcome.ts: logical, physical, length, 1 where unwritten. */
  readonly extents: readonly number[];
}

/** Runs that a result tells; where there are more, it tells none of them. */
export const faultRunsMax = 4096;

/** Joins faults, which come in ascending order, to runs. */
export class FaultRuns {
  readonly #runs: FaultRun[] = [];

  add({ address, bytes, verdict }: FaultRun): void {
    const last = this.#runs.at(-1);
    if (last?.verdict === verdict && last.address + last.bytes === address)
      this.#runs[this.#runs.length - 1] = { ...last, bytes: last.bytes + bytes };
    else if (this.#runs.length <= faultRunsMax) this.#runs.push({ address, bytes, verdict });
  }

  /** Null where there are too many to tell. */
  get runs(): readonly FaultRun[] | null {
    return this.#runs.length > faultRunsMax ? null : this.#runs;
  }
}
