import type { Extent, Outcome } from '../../core/experiment/outcome.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import { judgeSide, type Observation } from '../../core/experiment/versus/index.ts';
import type { Versus } from '../../main/predict/index.ts';

/** Two made-up allocators: the first begins where it likes, the second at a multiple of what is written. */
export function sampleVersus(plan: Plan, allocators: readonly string[], unitBytes: number | null): Versus {
  const made = allocators.map((allocator, index) => {
    const observed = plan.steps.map((step) => {
      const extents =
        step.op === 'write' ? [extentAt(step.offset, step.length, index === 0 ? 33_281 : 65_536)] : null;
      return { extents, leftOverBlocks: 0 };
    });
    const steps = plan.steps.map((step) => {
      const refused = index === 0 && step.op === 'write' && step.atomic;
      return refused ? { op: step.op, result: -1, errno: 'EINVAL' as const } : { op: step.op, result: 0 };
    });
    const outcome: Outcome = { allocator, steps, files: {} };
    const observation: Observation = {
      steps: observed,
      free: { clusters: 100_000, runs: 3 + index, largestRun: 30_000 },
    };
    const side = judgeSide(plan, { outcome, observation, blockBytes: 4096, writes: 'as-asked' }, unitBytes);
    return { side, outcome };
  });
  return {
    plan,
    sides: made.map(({ side }) => side),
    outcomes: made.map(({ outcome }) => outcome),
    blockBytes: 4096,
    clusterBytes: 4096,
  };
}

function extentAt(offset: number, bytes: number, physical: number): Extent {
  return { logical: offset / 4096, physical, length: Math.max(1, bytes / 4096), state: 'written' };
}
