import { describe, expect, it } from 'vitest';
import type { Decision, DecisionTrace } from './index.ts';
import { matchingState, withUncertainty } from './index.ts';

const freed = (physical: number): Decision => ({
  kind: 'free',
  ino: 12,
  physical,
  lengthBlocks: 1,
  flags: [],
  pieces: [],
});
const trace = (...steps: readonly (readonly number[])[]): DecisionTrace => ({
  mount: [],
  steps: steps.map((step) => step.map(freed)),
  layouts: [],
});
const marks = ({ steps }: DecisionTrace) => steps.map((step) => step.map((one) => one.uncertain === true));

describe('decisions of a filesystem whose memory is not known', () => {
  it('are certain where every state decides the same', () => {
    expect(withUncertainty([trace([1, 2])], true)).toEqual(trace([1, 2]));
    expect(marks(withUncertainty([trace([1, 2]), trace([1, 2])], true))).toEqual([[false, false]]);
  });

  it('are uncertain in a step from where two states part in it', () => {
    const shown = withUncertainty([trace([1, 2, 3], [4]), trace([1, 9, 3], [4]), trace([1, 2], [4])], true);
    expect(marks(shown)).toEqual([[false, true, true], [false]]);
  });

  it('are all uncertain where not every state was tried', () => {
    expect(marks(withUncertainty([trace([1], [2])], false))).toEqual([[true], [true]]);
  });

  it('are laid beside the state that the kernel was in', () => {
    const states = [trace([1], [2]), trace([1], [3])] as const;
    expect(matchingState(states, trace([1], [3]))).toEqual({ state: 1, divergence: null });
  });

  it('are laid beside the state that agrees longest where none does to the end', () => {
    const states = [trace([1], [2]), trace([1], [3, 4]), trace([9], [3, 5])] as const;
    const { state, divergence } = matchingState(states, trace([1], [3, 5]));
    expect(state).toBe(1);
    expect(divergence).toMatchObject({ step: 1, decision: 1 });
  });

  it('agree with the kernel whether they are certain or not', () => {
    const uncertain = withUncertainty([trace([1])], false);
    expect(matchingState([uncertain], trace([1])).divergence).toBeNull();
  });
});
