import { compareOutcomes } from '../../core/experiment/compare.ts';
import type { Decision } from '../../core/experiment/decisions/index.ts';
import type { Extent, FileLayout, Outcome } from '../../core/experiment/outcome.ts';
import { predictPlan } from '../../main/predict/index.ts';
import type { Laboratory } from '../../main/service/index.ts';
import { standIn } from './stand-in.ts';

/**
 * A laboratory with the real mirror, and a kernel that is made up: it does what is predicted, but for the last extent of
 * the file `table`, which it puts elsewhere (decided by another goal) where the plan's name has `differs`.
 */
export const mirrorLab: Laboratory = {
  ...standIn,
  predict: (plan, work) => predictPlan(plan, work),
  run: async (plan, work) => {
    const prediction = await predictPlan(plan, { ...work, explain: work.trace ?? false });
    const { outcome: predicted, volume, decisions, replay } = prediction;
    const isElsewhere = plan.name.includes('differs');
    const actual = isElsewhere ? elsewhere(predicted) : predicted;
    const differences = compareOutcomes(predicted, actual);
    const report = { predicted, actual, match: !isElsewhere, differences, disturbed: [], doubts: [] };
    const trace = work.trace && decisions ? { trace: traceOf(decisions[0].steps, isElsewhere) } : {};
    return { report: { ...report, ...trace }, volume, kernel: null, ...(replay ? { replay } : {}) };
  },
};

const shiftBlocks = 4099;

function elsewhere(outcome: Outcome): Outcome {
  const { table } = outcome.files;
  if (!table || !('extents' in table) || !table.extents) return outcome;
  const last = table.extents.at(-1);
  const moved: readonly Extent[] = last
    ? [...table.extents.slice(0, -1), { ...last, physical: last.physical + shiftBlocks }]
    : [];
  const layout: FileLayout = { extents: moved };
  return { ...outcome, files: { ...outcome.files, table: layout } };
}

/** The kernel's trace of such a run. */
function traceOf(steps: readonly (readonly Decision[])[], isElsewhere: boolean) {
  const none = { predicted: [], actual: [] };
  const lastStep = steps.findLastIndex((decisions) => decisions.some(({ kind }) => kind === 'allocation'));
  const pairs = steps.map((predicted, index) => ({
    predicted,
    actual: predicted.map((one) => withoutReasons(one, isElsewhere && index === lastStep)),
  }));
  return {
    agree: !isElsewhere,
    lost: 0,
    firstDivergence: null,
    states: 1,
    mount: none,
    steps: pairs,
    layouts: none,
  };
}

function withoutReasons(decision: Decision, isElsewhere: boolean): Decision {
  if (decision.kind !== 'allocation') return decision;
  const { reasons: _, ...told } = decision;
  const { request, result } = told;
  if (!isElsewhere || !result) return told;
  return {
    ...told,
    request: { ...request, goal: request.goal + shiftBlocks },
    result: { ...result, physical: result.physical + shiftBlocks, alignmentBlocks: 1 },
  };
}
