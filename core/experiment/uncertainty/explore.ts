import type { HeldClusters, HeldFate } from '../../mballoc/index.ts';
import type { Outcome } from '../outcome.ts';
import type { HeldRange } from './held.ts';

/** A held range, and whom it may be held for. */
export interface Candidate extends HeldRange {
  readonly by: 'locality-group' | 'others' | 'unknown';
}

/** One run of the plan on the mirror, under an assumption. */
export interface Trial {
  readonly outcome: Outcome;
  /** In the order of the assumed ranges. */
  readonly fates: readonly HeldFate[];
}

export interface Exploration {
  readonly outcomes: readonly [Outcome, ...Outcome[]];
  /** False where what the plan does depends on more than the assumptions that were tried. */
  readonly complete: boolean;
}

const trialsMost = 24;

/**
 * Runs a plan under every assumption about held ranges that could make a difference. A small file takes the nearest range
 * of its CPU's locality group that is large enough. So where all unknown ranges are taken to be the locality group's and
 * none of them is used, none would be used whichever of them really are; where one is used, that one is assumed both ways.
 */
export function explore(
  candidates: readonly Candidate[],
  tryOut: (held: readonly HeldClusters[]) => Trial,
): Exploration {
  const open: (readonly Candidate[])[] = [candidates];
  const outcomes: Outcome[] = [];
  let complete = true;
  for (let trials = 0; open.length > 0; trials++) {
    const assumed = open.pop() ?? [];
    if (trials >= trialsMost) return { outcomes: atLeastOne(outcomes), complete: false };
    const { outcome, fates } = tryOut(assumed.map(assumption));
    const used = assumed.findIndex(({ by }, index) => by === 'unknown' && fates[index] !== 'untouched');
    if (used < 0) {
      outcomes.push(outcome);
      // What others hold is given back when space runs out, unless they are using it just then.
      if (assumed.some(({ by }, index) => by === 'others' && fates[index] !== 'untouched')) complete = false;
      continue;
    }
    open.push(settled(assumed, used, 'others'), settled(assumed, used, 'locality-group'));
  }
  return { outcomes: atLeastOne(outcomes), complete };
}

function atLeastOne(outcomes: readonly Outcome[]): readonly [Outcome, ...Outcome[]] {
  const [first, ...others] = outcomes;
  if (first === undefined) throw new Error('an exploration ends in an outcome');
  return [first, ...others];
}

function assumption({ group, start, clusters, by }: Candidate): HeldClusters {
  return { group, start, length: clusters, by: by === 'others' ? 'others' : 'locality-group' };
}

function settled(
  candidates: readonly Candidate[],
  index: number,
  by: 'others' | 'locality-group',
): readonly Candidate[] {
  return candidates.map((candidate, i) => (i === index ? { ...candidate, by } : candidate));
}
