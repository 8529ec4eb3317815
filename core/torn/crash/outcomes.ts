import { assert } from '../../assert.ts';
import { isFault, verdicts } from '../unit.ts';
import type { StateVerdict } from './judge.ts';

/** How a state ends: with every unit right, with the worst verdict of its units, or with a filesystem of no use. */
export const crashOutcomes = [
  'sound',
  'stale',
  'torn',
  'mixed-writers',
  'misplaced',
  'garbage',
  'unreadable',
  'unusable',
] as const;
export type CrashOutcome = (typeof crashOutcomes)[number];

export function crashOutcomeOf({ faults, unusable }: StateVerdict): CrashOutcome {
  const worst = faults.reduce((rank, { report }) => Math.max(rank, verdicts.indexOf(report.verdict)), -1);
  const verdict = verdicts[worst];
  if (verdict === undefined) return unusable.length > 0 ? 'unusable' : 'sound';
  assert(isFault(verdict), 'what is right is no fault');
  return verdict as CrashOutcome;
}

/** A crash point and how many of its states end in each way, in the order of {@link crashOutcomes}. */
export interface PointCounts {
  readonly index: number;
  readonly position: number;
  /** Writes that were begun and not fixed. */
  readonly free: number;
  readonly counts: readonly number[];
}

/** Neighbouring crash points, and how many of their states end in each way. */
export interface GridColumn {
  readonly from: number;
  /** One past the last. */
  readonly to: number;
  readonly counts: readonly number[];
}

/** Crash points in so many columns at most. */
export function gridOf(points: readonly PointCounts[], most = 240): GridColumn[] {
  const columns = Math.min(most, points.length);
  return Array.from({ length: columns }, (_, at) => {
    const from = Math.floor((at * points.length) / columns);
    const to = Math.floor(((at + 1) * points.length) / columns);
    const counts = crashOutcomes.map((_, outcome) =>
      points.slice(from, to).reduce((sum, point) => sum + (point.counts[outcome] ?? 0), 0),
    );
    return { from, to, counts };
  });
}
