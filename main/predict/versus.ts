import {
  asksForAtomic,
  judgeSide,
  withAtomic,
  withoutAtomic,
  type Side,
  type Writes,
} from '../../core/experiment/versus/index.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import { Unable } from '../failure.ts';
import type { Prediction } from './job.ts';
import { predictPlan, type PredictOptions } from './predict.ts';

/** A plan under two allocators. */
export interface Versus {
  readonly plan: Plan;
  /**
   * As asked, first the one and then the other. Behind one whose rules refuse an atomic write, what its writes get without
   * RWF_ATOMIC; behind the RFC, where the plan asks for no atomic write, what they would get with it.
   */
  readonly sides: readonly Side[];
  readonly outcomes: readonly Outcome[];
  readonly blockBytes: number;
  /** What free space is counted in. */
  readonly clusterBytes: number;
}

/**
 * Predicts a plan with each of the allocators, on the same filesystem, and judges how its units come to lie. A device without
 * atomic limits is taken to have some, or nobody could write untorn. Throws Failure, Cancelled.
 */
export async function predictVersus(
  plan: Plan,
  allocators: readonly string[],
  unitBytes: number | null,
  options: PredictOptions,
): Promise<Versus> {
  const found: Predicted[] = [];
  for (const allocator of allocators) {
    const asked = { ...plan, allocator };
    const first = await predictSide(asked, 'as-asked', unitBytes, options);
    found.push(first);
    if (refusesFlag(asked, first.outcome)) {
      found.push(await predictSide(withoutAtomic(asked), 'plain', unitBytes, options));
    } else if (first.outcome.allocator === alignedAllocator && !asksForAtomic(plan)) {
      found.push(await predictSide(withAtomic(asked, first.blockBytes), 'atomic', unitBytes, options));
    }
  }
  return {
    plan,
    sides: found.map(({ side }) => side),
    outcomes: found.map(({ outcome }) => outcome),
    blockBytes: found[0]?.blockBytes ?? 0,
    clusterBytes: found[0]?.clusterBytes ?? 0,
  };
}

const alignedAllocator = 'rfc-2023-11';

interface Predicted {
  readonly side: Side;
  readonly outcome: Outcome;
  readonly blockBytes: number;
  readonly clusterBytes: number;
}

async function predictSide(
  plan: Plan,
  writes: Writes,
  unitBytes: number | null,
  options: PredictOptions,
): Promise<Predicted> {
  const prediction: Prediction = await predictPlan(plan, { ...options, observe: true, assumeAtomic: true });
  const { outcome, observation, volume } = prediction;
  if (!observation || !volume)
    throw new Unable('--versus compares allocators of ext4, from an image or a scratch filesystem');
  const { blockBytes, clusterBytes } = volume;
  return {
    side: judgeSide(plan, { outcome, observation, blockBytes, writes }, unitBytes),
    outcome,
    blockBytes,
    clusterBytes,
  };
}

/** Whether an atomic write was refused for what it asks, before any block was looked for. */
function refusesFlag(plan: Plan, { steps }: Outcome): boolean {
  return plan.steps.some(
    (step, index) =>
      step.op === 'write' &&
      step.atomic &&
      (steps[index]?.errno === 'EOPNOTSUPP' || steps[index]?.errno === 'EINVAL'),
  );
}
