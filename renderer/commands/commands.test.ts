import { describe, expect, it } from 'vitest';
import { fuzzyMatch } from './fuzzy.ts';

const best = (typed: string, ...texts: readonly string[]) =>
  texts
    .map((text) => ({ text, found: fuzzyMatch(typed, text) }))
    .filter(({ found }) => found !== null)
    .toSorted((left, right) => (right.found?.score ?? 0) - (left.found?.score ?? 0))
    .map(({ text }) => text);

describe('the search of the palette', () => {
  it('finds initials, beginnings and what lies apart', () => {
    expect(fuzzyMatch('nd', 'Next difference')?.at).toEqual([0, 5]);
    expect(fuzzyMatch('PRED', 'Predict the plan')?.at).toEqual([0, 1, 2, 3]);
    expect(fuzzyMatch('p plan', 'Predict the plan')).not.toBeNull();
    expect(fuzzyMatch('xyz', 'Predict the plan')).toBeNull();
    expect(fuzzyMatch('nalp', 'plan')).toBeNull();
  });

  it('puts the better answer first', () => {
    expect(best('ru', 'Prune the rug', 'Runs', 'Predict the plan')).toEqual(['Runs', 'Prune the rug']);
    expect(best('run', 'Remove an unused name', 'Run the plan')[0]).toBe('Run the plan');
  });

  it('takes everything while nothing is typed', () => {
    expect(best(' ', 'b', 'a')).toHaveLength(2);
  });
});
