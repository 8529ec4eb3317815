import type { UnitField } from './field.ts';
import { faultsIn, noVerdicts, type Sensitivity, type UnitFinding } from './result.ts';
import type { Verdict } from './unit.ts';

/** What a rehearsal of power cuts asks and answers, as plain JSON (docs/torn.md). Sizes are bytes. */

/** Everything that one depends on. */
export interface RehearsalSettings {
  /** Release of the guest's kernel. */
  readonly kernel: string;
  /** What is written to: the bare drive, or a file on a filesystem of it. */
  readonly on: 'device' | 'ext4' | 'xfs';
  readonly unitBytes: number;
  readonly atomic: boolean;
  readonly sync: 'dsync' | 'fsync';
  readonly drive: {
    /** What it says that it writes atomically, and what it keeps whole. */
    readonly claimsBytes: number;
    readonly keepsBytes: number;
    /** Whether it answers flushes without doing anything. */
    readonly lies: boolean;
    /** False: each write is durable once it is answered. */
    readonly volatileCache: boolean;
  };
  readonly times: number;
  readonly seed: number;
}

/** One power cut, and what was found after it. */
export interface RehearsalRound {
  readonly round: number;
  /** The run, as the witness knows it: 16 hexadecimal digits. */
  readonly run: string;
  /** When the power was cut, after the first write. */
  readonly afterMilliseconds: number;
  /** Writes that the witness has as acknowledged, and those that were under way. */
  readonly acknowledged: number;
  readonly unfinished: number;
  /** What the drive held that was not durable, and what became of it. */
  readonly drive: {
    readonly inFlight: number;
    readonly cached: number;
    readonly kept: number;
    readonly lost: number;
    readonly cut: number;
  };
  readonly units: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** The first faults. */
  readonly findings: readonly UnitFinding[];
  /** All units in one line; results of earlier versions have none. */
  readonly field?: UnitField;
  /** Why nothing could be verified (a filesystem that is not to be mounted any more), or null. */
  readonly unusable: string | null;
}

export type RehearsalVerdict = 'untorn' | 'faults' | 'void';

export interface RehearsalResult {
  readonly format: 1;
  readonly kind: 'rehearsal';
  readonly settings: RehearsalSettings;
  /** Of the first round; that of any round which did not pass. */
  readonly sensitivity: Sensitivity;
  readonly rounds: readonly RehearsalRound[];
  readonly interrupted: boolean;
  readonly totals: {
    readonly acknowledged: number;
    readonly unfinished: number;
    readonly lost: number;
    readonly cut: number;
    readonly counts: Readonly<Record<Verdict, number>>;
  };
  readonly verdict: RehearsalVerdict;
  /** The verdict in one sentence. */
  readonly why: string;
}

/** Puts rounds together and judges them. */
export function rehearsalResult(
  settings: RehearsalSettings,
  sensitivity: Sensitivity,
  rounds: readonly RehearsalRound[],
  interrupted: boolean,
): RehearsalResult {
  const sum = (value: (round: RehearsalRound) => number): number =>
    rounds.reduce((total, round) => total + value(round), 0);
  const counts = noVerdicts();
  for (const round of rounds)
    for (const verdict of Object.keys(counts) as Verdict[]) counts[verdict] += round.counts[verdict];
  const totals = {
    acknowledged: sum(({ acknowledged }) => acknowledged),
    unfinished: sum(({ unfinished }) => unfinished),
    lost: sum(({ drive }) => drive.lost),
    cut: sum(({ drive }) => drive.cut),
    counts,
  };
  const judged = judge(settings, sensitivity, rounds, totals);
  return { format: 1, kind: 'rehearsal', settings, sensitivity, rounds, interrupted, totals, ...judged };
}

function judge(
  { drive }: RehearsalSettings,
  { passed }: Sensitivity,
  rounds: readonly RehearsalRound[],
  { acknowledged, counts, lost }: RehearsalResult['totals'],
): Pick<RehearsalResult, 'verdict' | 'why'> {
  if (rounds.length === 0) return { verdict: 'void', why: 'no power cut was made' };
  const unusable = rounds.filter((round) => round.unusable !== null).length;
  // Where nothing at all was to be read, no fault could be seeded either.
  if (!passed && unusable < rounds.length)
    return { verdict: 'void', why: 'seeded faults were missed, so that this proves nothing' };
  const cuts = `${rounds.length} power cut${rounds.length === 1 ? '' : 's'}`;
  if (faultsIn(counts) + unusable > 0) {
    const gone = counts.stale > 0 ? [`${counts.stale} units lack an acknowledged write`] : [];
    const torn = counts.torn + counts['mixed-writers'];
    const rest = faultsIn(counts) - counts.stale - torn;
    const parts = [
      ...gone,
      ...(torn > 0 ? [`${torn} are torn`] : []),
      ...(rest > 0 ? [`${rest} are otherwise damaged`] : []),
      ...(unusable > 0 ? [`${unusable} times nothing could be verified`] : []),
    ];
    const cause = counts.stale > 0 ? ': the drive, or something before it, lies about its flushes' : '';
    return { verdict: 'faults', why: `after ${cuts}, ${parts.join(', ')}${cause}` };
  }
  if (drive.lies && lost === 0)
    return { verdict: 'void', why: 'the drive that lies lost nothing, so that there was nothing to find' };
  return {
    verdict: 'untorn',
    why: `after ${cuts}, each of ${acknowledged} acknowledged writes is there, or one that came later, and no unit is torn`,
  };
}
