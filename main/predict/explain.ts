import { MirrorDecisions, type DecisionTrace } from '../../core/experiment/decisions/index.ts';
import { executePlan, type Execution } from '../../core/experiment/execute.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';

/** Executes a plan on the mirror and takes down what its allocator decides. */
export function executeExplained(execution: Execution): { outcome: Outcome; trace: DecisionTrace } {
  const decisions = new MirrorDecisions(execution.plan.steps.length);
  const outcome = executePlan({
    ...execution,
    trace: decisions.sink,
    beforeStep: (index) => decisions.beginStep(index),
  });
  return { outcome, trace: decisions.trace };
}
