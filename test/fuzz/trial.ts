import { compareDecisions, type DecisionTrace } from '../../core/experiment/decisions/index.ts';
import { compareOutcomes, type Difference } from '../../core/experiment/compare.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import { parsePlan, type PlanInput } from '../../core/experiment/plan.ts';
import { runPlan, type TraceReport } from '../../main/run/index.ts';
import type { Guests } from './guests.ts';

/** What one plan showed: prediction and kernel side by side. */
export interface Trial {
  readonly plan: PlanInput;
  readonly predicted: Outcome;
  readonly actual: Outcome;
  readonly differences: readonly Difference[];
  readonly disturbed: readonly string[];
  /** The allocator's decisions on both sides, where they were asked for. */
  readonly trace: TraceReport | null;
  /** The filesystem's cluster in blocks. */
  readonly clusterBlocks: number;
}

export interface TrialOptions {
  /** Where the plan runs, if not on this kernel. */
  readonly guests?: Guests | null;
  readonly signal?: AbortSignal;
  /** Whether the kernel's decisions are recorded and compared too. */
  readonly trace?: boolean;
}

/** Predicts a plan, runs it on this kernel (which needs root) or in a guest, compares. Leaves nothing behind. */
export async function tryPlan(plan: PlanInput, options: TrialOptions = {}): Promise<Trial> {
  const { guests, ...rest } = options;
  const parsed = parsePlan(plan);
  const { report, volume } = await runPlan(
    parsed,
    guests ? { ...rest, guest: await guests.guestFor(parsed) } : rest,
  );
  const { predicted, actual, disturbed, trace } = report;
  return {
    plan,
    predicted,
    actual,
    differences: compareOutcomes(predicted, actual),
    // What casts doubt on extents that differ does so on decisions, too.
    disturbed: trace?.agree === false ? [...new Set([...disturbed, ...report.doubts])] : disturbed,
    trace: trace ?? null,
    clusterBlocks: volume ? volume.clusterBytes / volume.blockBytes : 1,
  };
}

/** Whether a trial shows that the mirror is wrong: in a result, in an extent, or in a decision. */
export function differs({ differences, trace }: Trial): boolean {
  return differences.length > 0 || trace?.agree === false;
}

/** Whether the kernel itself did two things in two runs of one plan: in a result, in an extent, or in a decision. */
export function kernelDiffers(first: Trial, second: Trial): boolean {
  if (compareOutcomes(first.actual, second.actual).length > 0) return true;
  if (first.trace === null || second.trace === null) return false;
  return compareDecisions(actualOf(first.trace), actualOf(second.trace)) !== null;
}

function actualOf({ mount, steps, layouts }: TraceReport): DecisionTrace {
  return { mount: mount.actual, steps: steps.map(({ actual }) => actual), layouts: layouts.actual };
}
