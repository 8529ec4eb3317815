import type { Verdict } from '../../../core/torn/index.ts';
import type { CrashPlan, DriveModel } from '../../../core/torn/crash/index.ts';
import type { Sensitivity } from './sensitivity.ts';

/** A state in which something is wrong. */
export interface CrashFinding {
  /** By which the state can be asked for again, with the same recording: `--state NAME`. */
  readonly state: string;
  /** The power fails after this position of the log. */
  readonly position: number;
  readonly faults: readonly {
    readonly file: string;
    readonly unit: number;
    readonly verdict: Verdict;
    readonly text: string;
  }[];
  readonly unusable: readonly string[];
  /** What became of the writes that were free, as far as it matters. */
  readonly explanation: readonly string[];
}

/** What a crash check found; its JSON is public (docs/crash-states.md). */
export interface CrashReport {
  readonly kind: 'crash';
  readonly name: string;
  /** `sound`, `faulty` (a state is torn, stale, …, or unusable), or `void`: the check itself did not do what it must. */
  readonly verdict: 'sound' | 'faulty' | 'void';
  readonly why: string;
  readonly kernel: string;
  readonly filesystem: {
    readonly fs: string;
    readonly args: readonly string[];
    readonly mountOptions: string;
  };
  readonly writes: CrashPlan['writes'];
  readonly drive: DriveModel;
  readonly run: string;
  readonly seed: number;
  readonly recording: {
    readonly writes: number;
    readonly flushes: number;
    readonly bytes: number;
    readonly unitWrites: number;
    readonly crashPoints: number;
  };
  readonly sensitivity: Sensitivity;
  readonly states: {
    /** Different contents. */
    readonly distinct: number;
    /** Of these, contents that only a write in part can give. */
    readonly withCut: number;
    readonly checked: number;
    /** States in which a unit has a fault; `verdicts` says which. */
    readonly faulty: number;
    readonly unusable: number;
    /** States by the worst verdict of their units. */
    readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  };
  readonly check: {
    readonly how: 'memory' | 'mount';
    /** How often the filesystem was really recovered: other states have the same bytes in all that recovery read. */
    readonly recoveries: number;
    readonly seconds: number;
  };
  /** States that were mounted and read through the kernel as well, to compare with what was found without. */
  readonly crossCheck: {
    readonly states: number;
    readonly agreed: number;
    readonly differences: readonly string[];
  };
  /** The simplest first; at most 100. */
  readonly findings: readonly CrashFinding[];
  readonly picture: readonly string[];
}
