/**
 * What torn runs ask and answer, as plain JSON: for the record on disk, the command line and the views. Run numbers are
 * 16 hex digits. Times are seconds; sizes and places are bytes of the target.
 */
import type { PictureRow } from './explain.ts';
import type { FaultKind } from './faults.ts';
import type { UnitField } from './field.ts';
import type { FaultRun, StampedLayout } from './layout.ts';
import type { Latencies } from './latency.ts';
import type { RehearsalRound } from './rehearsal.ts';
import type { SeriesPoint } from './series.ts';
import type { Verdict } from './unit.ts';

export type SyncMode = 'none' | 'dsync' | 'fsync';

/** What a storm does, everything decided. */
export interface StormSettings {
  readonly target: string;
  readonly kind: 'file' | 'device';
  /** The part of the target that is used, from its beginning: whole slots. */
  readonly areaBytes: number;
  readonly blockBytes: number;
  /** Lengths of units, ascending; the last is a slot's. */
  readonly unitBytes: readonly number[];
  readonly writers: number;
  readonly readers: number;
  /** Writes in flight per writer. */
  readonly depth: number;
  readonly engine: 'threads' | 'io_uring';
  /** Whether writers share all slots. */
  readonly overlapping: boolean;
  readonly atomic: boolean;
  readonly direct: boolean;
  readonly sync: SyncMode;
  /** Null: no limit. */
  readonly writes: number | null;
  readonly seconds: number | null;
  readonly writesPerSecond: number | null;
  readonly seed: number;
}

/** Numbers of a storm, so far or in all. */
export interface StormNumbers {
  readonly begun: number;
  readonly acknowledged: number;
  readonly acknowledgedBytes: number;
  readonly failed: number;
  readonly reads: number;
  /** Reads that saw parts of two writes while one was in flight: nobody promises otherwise. */
  readonly tornWhileWritten: number;
  /** Reads that were wrong with no write in flight, or that missed an acknowledged write. */
  readonly wrongReads: number;
  readonly readErrors: number;
  /** How long acknowledged writes took, with the fsync that belongs to them. */
  readonly latencies?: Latencies;
}

/** A unit that is not right, with all that a view needs to show it. */
export interface UnitFinding {
  readonly address: number;
  readonly bytes: number;
  readonly blockBytes: number;
  readonly verdict: Verdict;
  readonly text: string;
  readonly rows: readonly PictureRow[];
}

/** What a pass over the whole target found. */
export interface Verification {
  readonly units: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** The first faults. */
  readonly findings: readonly UnitFinding[];
  /** All units in one line. */
  readonly field?: UnitField;
  /** All faults, ascending; left out where they are too many. */
  readonly faults?: readonly FaultRun[];
  readonly seconds: number;
  readonly journal: { readonly records: number; readonly gaps: number; readonly damaged: number };
}

/** Whether faults made on purpose were found, before the run whose silence is to mean something. */
export interface Sensitivity {
  readonly seed: number;
  readonly kinds: readonly { readonly kind: FaultKind; readonly seeded: number; readonly found: number }[];
  /** Units without a fault, and those of them that were called faulty. */
  readonly cleanUnits: number;
  readonly falseAlarms: number;
  /** Whether all were found and nothing else was: otherwise the run is void. */
  readonly passed: boolean;
  /** Faults that were missed, in words. */
  readonly missed: readonly string[];
}

/**
 * `void`: the seeded faults were not all found, so that nothing else counts. `incomplete`: no fault so far, but not every
 * unit was looked at, or the writes did not come to their end, or none was acknowledged.
 */
export type TornVerdict = 'untorn' | 'faults' | 'incomplete' | 'void';

/** The verdict on a run of so many units; `faults` that were seen elsewhere than in the verification. */
export function verdictOf(
  { passed }: Sensitivity,
  { counts, units }: Pick<Verification, 'counts' | 'units'>,
  all: number,
  faults = 0,
): TornVerdict {
  if (!passed) return 'void';
  if (faultsIn(counts) + faults > 0) return 'faults';
  return units < all ? 'incomplete' : 'untorn';
}

/** A verdict on writes that an error ended, or of which none was acknowledged: what was not tried is not proved. */
export function verdictOnTried(
  verdict: TornVerdict,
  { acknowledged, error }: { readonly acknowledged: number; readonly error: string | null },
): TornVerdict {
  return verdict === 'untorn' && (error !== null || acknowledged === 0) ? 'incomplete' : verdict;
}

interface TornResultHead {
  readonly format: 1;
  readonly run: string;
  readonly settings: StormSettings;
  readonly sensitivity: Sensitivity;
  readonly verdict: TornVerdict;
  /** What holds under these settings, and who promises it; one sentence each. */
  readonly promises: readonly string[];
  /** Folder of the record on disk. */
  readonly record: string;
}

export type StormEnding = 'time' | 'writes' | 'interrupted' | 'error';

export interface StormResult extends TornResultHead {
  readonly kind: 'storm';
  /** Release of the sandbox's kernel where it blew in one. */
  readonly guest?: string;
  readonly endedBy: StormEnding;
  /** Why a write failed, where that ended the storm. */
  readonly error: string | null;
  readonly numbers: StormNumbers;
  /** Its course, in a bounded number of stretches. */
  readonly series?: readonly SeriesPoint[];
  readonly seconds: number;
  /** Null where the run is void. */
  readonly verification: Verification | null;
  readonly wrongReads: readonly UnitFinding[];
  /** Where the target lies, where it is a file whose filesystem tells. */
  readonly layout?: StampedLayout;
}

/** One storm that was cut off by a shutdown of its filesystem. */
export interface ShutdownRound {
  readonly round: number;
  readonly seed: number;
  /** 0: data and log are flushed before; 1: the log; 2: nothing. */
  readonly flag: 0 | 1 | 2;
  /** When it came, after the storm's beginning. */
  readonly afterMilliseconds: number;
  readonly acknowledged: number;
  /** Writes that were acknowledged after it had begun: nothing is promised of them. */
  readonly acknowledgedLate: number;
  /** Writes that were under way, or failed, when it came. */
  readonly unfinished: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly findings: readonly UnitFinding[];
  readonly field?: UnitField;
}

export interface ShutdownResult extends TornResultHead {
  readonly kind: 'shutdown';
  readonly filesystem: 'ext4' | 'xfs';
  readonly asked: number;
  readonly rounds: readonly ShutdownRound[];
  readonly interrupted: boolean;
}

/** A target judged by what a witness has of its run. */
export interface PowerCutResult extends TornResultHead {
  readonly kind: 'power-cut';
  /** Its address, or its file. */
  readonly witness: string;
  readonly acknowledged: number;
  readonly unfinished: number;
  readonly verification: Verification | null;
}

/** A target judged by the record of a run that did not come to its end. */
export interface RecordVerification extends Omit<TornResultHead, 'record'> {
  readonly kind: 'verify';
  /** Whether the machine was started anew since the run: then only what was durable must be there. */
  readonly rebooted: boolean;
  readonly verification: Verification;
}

/** What arming a machine comes to where no power cut ended it. */
export interface ArmedEnd {
  readonly format: 1;
  readonly kind: 'armed';
  readonly run: string;
  readonly settings: StormSettings;
  readonly sensitivity: Sensitivity;
  readonly acknowledged: number;
  readonly endedBy: StormEnding;
  readonly error: string | null;
}

export type TornResult = StormResult | ShutdownResult | PowerCutResult | RecordVerification;

/** What a torn run says while it goes on. */
export type TornEvent =
  | { readonly type: 'phase'; readonly phase: string; readonly done?: number; readonly total?: number }
  | { readonly type: 'sensitivity'; readonly sensitivity: Sensitivity }
  | {
      readonly type: 'numbers';
      readonly numbers: StormNumbers;
      readonly seconds: number;
      /** Null where the end is not known. */
      readonly secondsLeft: number | null;
    }
  | { readonly type: 'round'; readonly round: ShutdownRound; readonly total: number }
  | { readonly type: 'finding'; readonly finding: UnitFinding }
  | { readonly type: 'cut'; readonly round: RehearsalRound; readonly total: number }
  /** What the witness of a run has on its disk; `away`: why it cannot be reached, or empty. */
  | { readonly type: 'witness'; readonly run: string; readonly entries: number; readonly away: string };

/** No unit of any verdict. */
export function noVerdicts(): Record<Verdict, number> {
  return {
    new: 0,
    old: 0,
    stale: 0,
    torn: 0,
    'mixed-writers': 0,
    misplaced: 0,
    garbage: 0,
    unreadable: 0,
  };
}

/** How many units are faults. */
export function faultsIn({ new: _new, old: _old, ...faults }: Readonly<Record<Verdict, number>>): number {
  return Object.values(faults).reduce((sum, count) => sum + count, 0);
}
