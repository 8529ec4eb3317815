import { compareDecisions, isSameDecision, type Divergence } from './compare.ts';
import type { Decision, DecisionTrace } from './decision.ts';

/** One trace for each state that the memory of a filesystem in use may have been in, the one that is shown first. */
export type TracesByState = readonly [DecisionTrace, ...DecisionTrace[]];

/**
 * The first trace, in which every decision is marked as uncertain that another state does not make at the same place,
 * and all that follow it in its step. `isComplete` is false where there are states beside these: nothing is certain then.
 */
export function withUncertainty([shown, ...others]: TracesByState, isComplete: boolean): DecisionTrace {
  const marked = (own: readonly Decision[], their: readonly (readonly Decision[])[]): Decision[] => {
    const agreed = isComplete ? Math.min(...their.map((list) => commonLength(own, list)), own.length) : 0;
    return own.map((decision, index) => (index < agreed ? decision : { ...decision, uncertain: true }));
  };
  return {
    mount: marked(
      shown.mount,
      others.map(({ mount }) => mount),
    ),
    steps: shown.steps.map((step, index) =>
      marked(
        step,
        others.map(({ steps }) => steps[index] ?? []),
      ),
    ),
    layouts: marked(
      shown.layouts,
      others.map(({ layouts }) => layouts),
    ),
  };
}

function commonLength(one: readonly Decision[], other: readonly Decision[]): number {
  let length = 0;
  while (length < one.length && length < other.length) {
    const [mine, its] = [one[length], other[length]];
    if (!mine || !its || !isSameDecision(mine, its)) break;
    length++;
  }
  return length;
}

/** How the trace of a real run compares with what was predicted for each state. */
export interface StateMatch {
  /** Place of the state among those predicted: the first that agrees, else the one that agrees longest. */
  readonly state: number;
  readonly divergence: Divergence | null;
}

/** The state that the memory was in, as far as what was decided tells. */
export function matchingState(predicted: TracesByState, actual: DecisionTrace): StateMatch {
  let best: StateMatch | null = null;
  for (const [state, trace] of predicted.entries()) {
    const divergence = compareDecisions(trace, actual);
    if (divergence === null) return { state, divergence };
    if (best?.divergence && !isLater(divergence, best.divergence)) continue;
    best = { state, divergence };
  }
  return best ?? { state: 0, divergence: null };
}

function isLater(one: Divergence, other: Divergence): boolean {
  const [mine, its] = [orderOf(one.step), orderOf(other.step)];
  return mine === its ? one.decision > other.decision : mine > its;
}

function orderOf(step: Divergence['step']): number {
  if (step === 'mount') return -1;
  return step === 'layouts' ? Infinity : step;
}
