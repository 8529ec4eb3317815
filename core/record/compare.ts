import { compareOutcomes, differenceText, type Sides } from '../experiment/compare.ts';
import { outcomeFromWire } from '../rpc/wire.ts';
import { compareTorn } from './compare-torn.ts';
import type { RunRecord } from './record.ts';
import type { KeptRecord } from './torn-record.ts';

/** Two runs side by side: what each kernel did. */
export interface RecordComparison {
  readonly same: boolean;
  /** In step order, then by file; one sentence each, with the two runs as `one` and `other`. */
  readonly differences: readonly string[];
  /** Whether the plans are the same text; where they are not, differences say little. */
  readonly samePlan: boolean;
}

/**
 * Compares two runs of one kind. Of plans: what the kernel did, every step's result, every extent; predictions do not
 * count here. Of torn runs: what was asked, and what was found.
 */
export function compareRecords(one: KeptRecord, other: KeptRecord): RecordComparison {
  const differences = differencesOf(one, other);
  return { same: differences.length === 0, differences, samePlan: one.plan.trim() === other.plan.trim() };
}

function differencesOf(one: KeptRecord, other: KeptRecord): string[] {
  if (one.version === 1 && other.version === 1)
    return compareOutcomes(actualOf(one), actualOf(other)).map((difference) =>
      differenceText(difference, sides),
    );
  if (one.version === 2 && other.version === 2) return compareTorn(one, other);
  return ['one run is of a plan, the other looked for tears'];
}

const sides: Sides = {
  mine: 'one run has',
  its: { answered: 'the other', has: 'the other' },
};

function actualOf({ result }: RunRecord) {
  return outcomeFromWire(result.actual);
}
