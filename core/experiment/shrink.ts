import type { PlanInput, StepInput } from './plan.ts';

/** Says whether a plan still shows what is being looked for. */
export type StillShows = (plan: PlanInput) => Promise<boolean>;

/**
 * The smallest plan found that still shows a difference: steps are taken out in ever smaller runs (Zeller's ddmin),
 * then what is left is made simpler, until nothing more can go. `plan` itself must show it. Ask at most `tries` times.
 */
export async function shrinkPlan(plan: PlanInput, stillShows: StillShows, tries = 400): Promise<PlanInput> {
  let left = tries;
  const shows = async (candidate: PlanInput) => left-- > 0 && (await stillShows(candidate));
  let smallest = plan;
  for (;;) {
    const before = JSON.stringify(smallest);
    smallest = await removeSteps(smallest, shows);
    smallest = await simplifySteps(smallest, shows);
    if (JSON.stringify(smallest) === before || left <= 0) return smallest;
  }
}

async function removeSteps(plan: PlanInput, shows: StillShows): Promise<PlanInput> {
  let smallest = plan;
  for (let run = Math.ceil(plan.steps.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    // Backwards: what comes last most often follows from what came before and is the first to be superfluous.
    for (let at = smallest.steps.length - run; at > -run; at -= run) {
      const begin = Math.max(0, at);
      const candidate = { ...smallest, steps: smallest.steps.toSpliced(begin, at + run - begin) };
      if (candidate.steps.length > 0 && (await shows(candidate))) smallest = candidate;
    }
  }
  return smallest;
}

async function simplifySteps(plan: PlanInput, shows: StillShows): Promise<PlanInput> {
  let smallest = plan;
  for (let at = 0; at < smallest.steps.length; at++) {
    for (const simpler of simplerSteps(smallest.steps[at])) {
      const candidate = { ...smallest, steps: smallest.steps.with(at, simpler) };
      if (await shows(candidate)) smallest = candidate;
    }
  }
  return smallest;
}

/** Simpler forms of one step, each tried by itself on what the ones before it left. */
function simplerSteps(step: StepInput | undefined): StepInput[] {
  if (!step) return [];
  switch (step.op) {
    case 'write':
      return [
        ...(step.sync && step.sync !== 'none' ? [{ ...step, sync: 'none' as const }] : []),
        ...shorter(step.length).map((length) => ({ ...step, length })),
      ];
    case 'fallocate':
      return shorter(step.length).map((length) => ({ ...step, length }));
    case 'many':
      return [...shorter(step.length).map((length) => ({ ...step, length })), ...fewer(step)];
    case 'unlink-every':
      return fewer(step);
    default:
      return [];
  }
}

function shorter(length: number | string): number[] {
  if (typeof length === 'string' || length <= 4096) return [];
  return [4096, Math.floor(length / 8192) * 4096].filter((size) => size > 0 && size < length);
}

function fewer<Step extends { count: number }>(step: Step): Step[] {
  return step.count > 1
    ? [
        { ...step, count: Math.floor(step.count / 2) },
        { ...step, count: step.count - 1 },
      ]
    : [];
}
