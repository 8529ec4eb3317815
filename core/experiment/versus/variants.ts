import type { Plan } from '../plan.ts';
import { unitsOf } from './units.ts';

/** The plan with no write asking for RWF_ATOMIC. */
export function withoutAtomic(plan: Plan): Plan {
  return {
    ...plan,
    steps: plan.steps.map((step) => (step.op === 'write' ? { ...step, atomic: false } : step)),
  };
}

/**
 * The plan with RWF_ATOMIC on each direct write that is one unit, with RWF_DSYNC where it asked for no sync: the first series
 * behind the RFC refuses an atomic write that needs a sync and does not ask for it.
 */
export function withAtomic(plan: Plan, blockBytes: number): Plan {
  return {
    ...plan,
    steps: plan.steps.map((step) => {
      if (step.op !== 'write' || !step.direct || step.vectors !== 1) return step;
      if (unitsOf(step, blockBytes, null).length !== 1) return step;
      return { ...step, atomic: true, sync: step.sync === 'none' ? ('dsync' as const) : step.sync };
    }),
  };
}

/** Whether any write asks for RWF_ATOMIC. */
export function asksForAtomic({ steps }: Plan): boolean {
  return steps.some((step) => step.op === 'write' && step.atomic);
}
