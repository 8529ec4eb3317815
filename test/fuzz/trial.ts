import { compareOutcomes, type Difference } from '../../core/experiment/compare.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import { parsePlan, type PlanInput } from '../../core/experiment/plan.ts';
import { runPlan } from '../../main/run/index.ts';

/** What one plan showed: prediction and kernel side by side. */
export interface Trial {
  readonly plan: PlanInput;
  readonly predicted: Outcome;
  readonly actual: Outcome;
  readonly differences: readonly Difference[];
  readonly disturbed: readonly string[];
}

/** Predicts a plan, runs it on this kernel, compares. Needs root; leaves nothing behind. */
export async function tryPlan(plan: PlanInput, signal?: AbortSignal): Promise<Trial> {
  const { report } = await runPlan(parsePlan(plan), signal ? { signal } : {});
  const { predicted, actual } = report;
  return {
    plan,
    predicted,
    actual,
    differences: compareOutcomes(predicted, actual),
    disturbed: report.disturbed ?? [],
  };
}
