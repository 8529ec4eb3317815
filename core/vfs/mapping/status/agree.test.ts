import { describe, expect, it } from 'vitest';
import { cacheAgreeing } from './agree.ts';
import { StatusTree } from './status-tree.ts';

function tree(...runs: [number, number, number, 'written' | 'unwritten' | 'hole' | 'delayed'][]): StatusTree {
  const status = new StatusTree();
  for (const [logical, length, physical, state] of runs) status.add(logical, length, physical, state);
  return status;
}

const runsOf = (status: StatusTree) =>
  [...status.runs()].map(({ logical, length, physical, state }) => [logical, length, physical, state]);

describe('caching what agrees', () => {
  it('adds what is not known, and joins it with its neighbours', () => {
    const status = tree([0, 4, 100, 'written']);
    cacheAgreeing(status, 4, 4, 104, 'written');
    expect(runsOf(status)).toEqual([[0, 8, 100, 'written']]);
  });

  it('fills up what is known in part', () => {
    const status = tree([2, 2, 102, 'written'], [6, 1, 106, 'written']);
    cacheAgreeing(status, 0, 8, 100, 'written');
    expect(runsOf(status)).toEqual([[0, 8, 100, 'written']]);
  });

  it('leaves what covers the whole run alone, whatever its state', () => {
    const status = tree([0, 16, 0, 'delayed']);
    cacheAgreeing(status, 4, 4, 0, 'hole');
    expect(runsOf(status)).toEqual([[0, 16, 0, 'delayed']]);
  });

  it('adds nothing where a block is of another state, and forgets what comes before it', () => {
    const status = tree([0, 2, 0, 'hole'], [4, 2, 0, 'delayed'], [8, 2, 0, 'hole']);
    cacheAgreeing(status, 0, 12, 0, 'hole');
    expect(runsOf(status)).toEqual([
      [4, 2, 0, 'delayed'],
      [8, 2, 0, 'hole'],
    ]);
  });
});
