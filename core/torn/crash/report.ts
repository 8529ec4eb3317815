/** What a crash check says, as plain JSON; its form is public (docs/crash-states.md). */
import * as v from 'valibot';
import { list, wholeSchema } from '../../schemas.ts';
import type { FaultKind } from '../faults.ts';
import type { Verdict } from '../unit.ts';
import {
  findingSchema as unitFindingSchema,
  kindCountSchema,
  runNumberSchema,
  secondsSchema,
  verdictSchema,
} from '../wire/index.ts';
import type { UnitFinding } from '../result.ts';
import type { DriveModel } from './drive.ts';
import type { GridColumn } from './outcomes.ts';
import type { CrashPlan } from './plan.ts';

/** Faults that were made on purpose in copies of a state, and how many were found. */
export interface CrashSensitivity {
  readonly seeded: number;
  readonly found: number;
  /** Kind by kind; reports of earlier versions have only the sums. */
  readonly kinds?: readonly { readonly kind: FaultKind; readonly seeded: number; readonly found: number }[];
  /** What was not found: any makes the run void. */
  readonly missed: readonly string[];
  /** Kinds that this plan gives no occasion for, and why. */
  readonly leftOut: readonly string[];
}

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

/** What a crash check found. */
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
    /** Where it is kept, on the machine that made the report; left out where it is not. */
    readonly folder?: string;
  };
  readonly sensitivity: CrashSensitivity;
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
  readonly findings: readonly CrashFinding[];
  /** The simplest finding's unit, block by block. */
  readonly picture: readonly string[];
  /** The same for a view; null where nothing was found. Reports of earlier versions have neither this nor the grid. */
  readonly unit?: UnitFinding | null;
  /** Crash points by outcome, in the order of `crashOutcomes`. */
  readonly grid?: readonly GridColumn[];
}

export const crashSensitivitySchema: v.GenericSchema<CrashSensitivity> = v.strictObject({
  seeded: wholeSchema,
  found: wholeSchema,
  kinds: v.exactOptional(list(kindCountSchema)),
  missed: list(v.string()),
  leftOut: list(v.string()),
});

const findingSchema: v.GenericSchema<CrashFinding> = v.strictObject({
  state: v.string(),
  position: wholeSchema,
  faults: list(
    v.strictObject({ file: v.string(), unit: wholeSchema, verdict: verdictSchema, text: v.string() }),
  ),
  unusable: list(v.string()),
  explanation: list(v.string()),
});

export const crashReportSchema: v.GenericSchema<CrashReport> = v.strictObject({
  kind: v.literal('crash'),
  name: v.string(),
  verdict: v.picklist(['sound', 'faulty', 'void']),
  why: v.string(),
  kernel: v.string(),
  filesystem: v.strictObject({ fs: v.string(), args: list(v.string()), mountOptions: v.string() }),
  writes: v.strictObject({
    count: wholeSchema,
    atomic: v.boolean(),
    direct: v.boolean(),
    sync: v.picklist(['none', 'dsync', 'sync', 'fdatasync']),
    depth: wholeSchema,
    overlapping: v.boolean(),
    lengths: v.optional(v.array(wholeSchema)),
    order: v.picklist(['random', 'sequential']),
  }),
  drive: v.strictObject({
    logicalBlockBytes: wholeSchema,
    atomicUnitBytes: wholeSchema,
    atomicBoundaryBytes: wholeSchema,
    volatileCache: v.boolean(),
  }),
  run: runNumberSchema,
  seed: wholeSchema,
  recording: v.strictObject({
    writes: wholeSchema,
    flushes: wholeSchema,
    bytes: wholeSchema,
    unitWrites: wholeSchema,
    crashPoints: wholeSchema,
    folder: v.exactOptional(v.string()),
  }),
  sensitivity: crashSensitivitySchema,
  states: v.strictObject({
    distinct: wholeSchema,
    withCut: wholeSchema,
    checked: wholeSchema,
    faulty: wholeSchema,
    unusable: wholeSchema,
    verdicts: v.record(verdictSchema, wholeSchema) as v.GenericSchema<CrashReport['states']['verdicts']>,
  }),
  check: v.strictObject({
    how: v.picklist(['memory', 'mount']),
    recoveries: wholeSchema,
    seconds: secondsSchema,
  }),
  crossCheck: v.strictObject({
    states: wholeSchema,
    agreed: wholeSchema,
    differences: list(v.string()),
  }),
  findings: list(findingSchema),
  picture: list(v.string()),
  unit: v.exactOptional(v.nullable(unitFindingSchema)),
  grid: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ from: wholeSchema, to: wholeSchema, counts: list(wholeSchema) })),
      v.maxLength(1000),
      v.readonly(),
    ),
  ),
});
