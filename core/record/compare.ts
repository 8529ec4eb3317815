import { compareOutcomes, differenceText, type Sides } from '../experiment/compare.ts';
import { outcomeFromWire } from '../rpc/wire.ts';
import type { RunRecord } from './record.ts';

/** Two runs side by side: what each kernel did. */
export interface RecordComparison {
  readonly same: boolean;
  /** In step order, then by file; one sentence each, with the two runs as `one` and `other`. */
  readonly differences: readonly string[];
  /** Whether the plans are the same text; where they are not, differences say little. */
  readonly samePlan: boolean;
}

/** Compares what the kernel did in two runs: every step's result, every extent. Predictions do not count here. */
export function compareRecords(one: RunRecord, other: RunRecord): RecordComparison {
  const differences = compareOutcomes(actualOf(one), actualOf(other)).map((difference) =>
    differenceText(difference, sides),
  );
  return { same: differences.length === 0, differences, samePlan: one.plan.trim() === other.plan.trim() };
}

const sides: Sides = {
  mine: 'one run has',
  its: { answered: 'the other', has: 'the other' },
};

function actualOf({ result }: RunRecord) {
  return outcomeFromWire(result.actual);
}
