/** What is known of a unit before it is read, and what is said of it afterwards: types alone. */
import type { BlockReading } from './reading.ts';

/** A write that was begun. */
export interface WriteRecord {
  readonly writer: number;
  readonly generation: number;
  /** Byte of the target, and length. */
  readonly address: number;
  readonly bytes: number;
  /**
   * Moments of its beginning and its end, on any clock that all writers share, from 0 on. A write
   * that ended before another began comes before it. Null: the end was not seen (in flight, or failed).
   */
  readonly begunAt: number;
  readonly endedAt: number | null;
  /** Whether it must be there: acknowledged, and durable under what has happened since. */
  readonly promised: boolean;
}

/** What a unit may be. */
export interface Expectation {
  readonly run: bigint;
  /** Byte of the target at which the unit begins. */
  readonly address: number;
  readonly blockBytes: number;
  /** Every write that touches the unit, in any order; also the one that prepared it (generation 0). */
  readonly writes: readonly WriteRecord[];
  /** Whether blocks of zeros are the state before the first write (a hole, unwritten or trimmed space). */
  readonly beginsAsZeros?: boolean;
  /**
   * What stamps of this run mean whose write is not listed, since the list was cut short: those of generations below
   * `before`, and those from there on. Without it they are garbage: nobody wrote them.
   */
  readonly unlisted?: {
    readonly before: number;
    readonly earlier: 'stale' | 'allowed';
    readonly later: 'allowed' | 'garbage';
  };
}

/**
 * The verdict on a unit, the best first. `old` and `new` are right: `new` shows the write that began last, `old`
 * another that may be there. All others are faults.
 * - `stale`: whole, but a write that was promised is gone.
 * - `torn`: parts of one write stand beside parts that it should have replaced; `mixed-writers`: of several writers.
 * - `misplaced`: blocks that belong elsewhere. `garbage`: bytes that nobody wrote. `unreadable`: an error.
 */
export const verdicts = [
  'new',
  'old',
  'stale',
  'torn',
  'mixed-writers',
  'misplaced',
  'garbage',
  'unreadable',
] as const;
export type Verdict = (typeof verdicts)[number];

/** Whether a verdict is a fault. */
export function isFault(verdict: Verdict): boolean {
  return verdict !== 'new' && verdict !== 'old';
}

/** Whose bytes a block holds: a write, or zeros from before the first. */
export type Origin =
  | { readonly kind: 'write'; readonly writer: number; readonly generation: number; readonly bytes: number }
  | { readonly kind: 'zeros' }
  | { readonly kind: 'other-run'; readonly run: bigint }
  | { readonly kind: 'nobody' };

/** What one block contributes. */
export interface BlockNote {
  readonly index: number;
  readonly reading: BlockReading;
  /** How the view colours it: as the unit's verdicts, for this block alone. */
  readonly colour: Verdict;
  readonly origin: Origin;
  /** What else there is to say, in a few words; empty where origin and colour say all. */
  readonly remark: string;
}

/** A unit, judged. */
export interface UnitReport {
  readonly verdict: Verdict;
  readonly address: number;
  readonly bytes: number;
  readonly blockBytes: number;
  readonly blocks: readonly BlockNote[];
  /** One sentence: what is so, and why that is right or a fault. */
  readonly text: string;
}
