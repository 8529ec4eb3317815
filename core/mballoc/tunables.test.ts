import { describe, expect, it } from 'vitest';
import { sampleGeometry, sampleMachine, sampleOptions } from '../../test/support/sample-filesystem.ts';
import { perCpuStreamGoals } from './profile.ts';
import { tunablesFor } from './tunables.ts';

const options = sampleOptions();
const machine = sampleMachine();

describe('tunables', () => {
  it('turns mb_optimize_scan on from 16 groups, or as the mount says', () => {
    const of = (groupCount: number, optimizeScan: boolean | 'auto' = 'auto') =>
      tunablesFor(sampleGeometry({ groupCount }), sampleOptions({ optimizeScan }), machine).optimizeScan;
    expect([of(15), of(16), of(15, true), of(16, false)]).toEqual([false, true, true, false]);
  });

  it('searches four groups linearly first on a rotating disk', () => {
    const of = (rotational: boolean) =>
      tunablesFor(sampleGeometry(), options, sampleMachine({ rotational })).maxLinearGroups;
    expect([of(true), of(false)]).toEqual([4, 0]);
  });

  it('sizes the locality group by clusters and stripes', () => {
    const of = (clusterBits: number, stripeBlocks: number) =>
      tunablesFor(sampleGeometry({ clusterBits }), sampleOptions({ stripeBlocks }), machine)
        .groupPreallocation;
    expect([of(0, 0), of(2, 0), of(6, 0), of(0, 48), of(2, 48)]).toEqual([512, 128, 32, 528, 132]);
  });

  it('reserves two percent, at most 4096 clusters, where there are extents', () => {
    const of = (groupCount: number) =>
      tunablesFor(sampleGeometry({ groupCount }), options, machine).reservedClusters;
    expect([of(1), of(100)]).toEqual([655, 4096]);
  });

  it('keeps a stream goal for each CPU, at most one for four groups', () => {
    const of = (possibleCpus: number, groups: number) =>
      perCpuStreamGoals.slots(sampleMachine({ possibleCpus }), groups);
    expect([of(2, 100), of(64, 100), of(8, 1), of(8, 9)]).toEqual([2, 25, 1, 3]);
  });
});
