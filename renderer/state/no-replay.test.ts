import { describe, expect, it } from 'vitest';
import { withAllocator } from './mirror-plan.ts';
import { modelOfPrediction } from './model.ts';
import { whyNoReplay } from './no-replay.ts';
import { targetKindOf } from './retelling.ts';

const predicted = { allocator: 'linux-6.18', profileExact: true, uncertain: null, steps: [], files: [] };
const volume = {
  ...{ fs: 'ext4', blockBytes: 4096, clusterBytes: 4096 },
  ...{ blockCount: 100, firstBlock: 0, blocksPerGroup: 100 },
} as const;
const replay = { files: [], moments: [], untold: 0 };
const planOn = (kind: string) => JSON.stringify({ version: 1, target: { kind } });

describe('whyNoReplay', () => {
  const told = (kind: string, change: object = {}) =>
    whyNoReplay({ ...modelOfPrediction({ volume, predicted }), ...change }, planOn(kind), null);

  it('is nothing where there is one, and else says what is in the way', () => {
    expect(told('loop', { replay })).toBe('');
    expect(told('mounted')).toContain('a mounted filesystem');
    expect(told('loop', { volume: { ...volume, fs: 'xfs' } })).toContain('XFS');
    expect(told('loop')).toContain('is not known');
  });

  it('says of a kept run how far it could be told once more', () => {
    const model = modelOfPrediction({ volume, predicted });
    expect(whyNoReplay(model, planOn('loop'), { state: 'asking' })).toContain('once more');
    expect(whyNoReplay(model, planOn('loop'), { state: 'not', why: 'because' })).toBe('because');
  });
});

describe('a plan that is predicted once more', () => {
  it('names the allocator of then, and keeps everything else', () => {
    const plan = { version: 1, allocator: 'auto', target: { kind: 'loop' }, steps: [] };
    expect(JSON.parse(withAllocator(JSON.stringify(plan), 'linux-6.12'))).toEqual({
      ...plan,
      allocator: 'linux-6.12',
    });
  });

  it('is not where its target is not any more what it was', () => {
    expect(targetKindOf(planOn('mounted'))).toBe('mounted');
    expect(targetKindOf('no plan')).toBe('');
  });
});
