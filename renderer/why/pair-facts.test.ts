import { describe, expect, it } from 'vitest';
import type { WireDecision } from '../../core/rpc/index.ts';
import { isAbout, pairDecisions, pairFacts } from './pair-facts.ts';

const fact = (name: string, text: string, why: string | null = null) => ({ name, text, why });
const decision = (headline: string, rest: Partial<WireDecision> = {}): WireDecision => ({
  kind: 'allocation',
  ino: 12,
  headline,
  logical: 0,
  physical: 100,
  length: 4,
  facts: [],
  background: false,
  uncertain: false,
  ...rest,
});

describe('pairFacts', () => {
  it('calls nothing different that only one side can tell', () => {
    const paired = pairFacts(
      [fact('goal', '5'), fact('normalised', '8 blocks', 'a guess'), fact('pass', 'one')],
      [fact('goal', '5'), fact('normalised', '8 blocks'), fact('read in', 'groups 3')],
    );
    expect(paired.map(({ name, differs }) => [name, differs])).toEqual([
      ['goal', false],
      ['normalised', false],
      ['pass', false],
      ['read in', false],
    ]);
    expect(paired[1]?.why).toBe('a guess');
  });

  it('finds another answer, one that is missing and one too many', () => {
    const paired = pairFacts(
      [fact('goal', '5'), fact('splits', 'a buddy'), fact('gives', 'x')],
      [fact('goal', '6'), fact('gives', 'x'), fact('gives', 'y')],
    );
    expect(paired.map(({ name, predicted, actual, differs }) => [name, predicted, actual, differs])).toEqual([
      ['goal', '5', '6', true],
      ['splits', 'a buddy', null, true],
      ['gives', 'x', 'x', false],
      ['gives', null, 'y', true],
    ]);
  });

  it('calls nothing different where the kernel was not recorded', () => {
    expect(pairFacts([fact('goal', '5')], null)[0]?.differs).toBe(false);
  });
});

describe('pairDecisions', () => {
  it('pairs what the plan decided, and puts workers behind', () => {
    const section = {
      moment: 1,
      predicted: [decision('a'), decision('b')],
      actual: [decision('w', { background: true }), decision('a')],
      untold: 0,
    };
    expect(
      pairDecisions(section).map(({ predicted, actual, differs }) => [
        predicted?.headline,
        actual?.headline,
        differs,
      ]),
    ).toEqual([
      ['a', 'a', false],
      ['b', undefined, true],
      [undefined, 'w', false],
    ]);
  });
});

describe('isAbout', () => {
  const pair = { predicted: decision('a'), actual: null, differs: false };

  it.each([
    ['a block inside', 103, 104, true],
    ['the block behind', 104, 105, false],
    ['the block before', 99, 100, false],
  ])('%s', (_, from, to, expected) => {
    expect(isAbout(pair, [[from, to]])).toBe(expected);
  });
});
