import { describe, expect, it } from 'vitest';
import { faultRunsMax, FaultRuns } from './layout.ts';

describe('FaultRuns', () => {
  it('joins units that follow each other and are wrong in the same way', () => {
    const faults = new FaultRuns();
    for (const [unit, verdict] of [
      [1, 'torn'],
      [2, 'torn'],
      [3, 'stale'],
      [5, 'stale'],
    ] as const)
      faults.add({ address: unit * 4096, bytes: 4096, verdict });
    expect(faults.runs).toEqual([
      { address: 4096, bytes: 8192, verdict: 'torn' },
      { address: 12_288, bytes: 4096, verdict: 'stale' },
      { address: 20_480, bytes: 4096, verdict: 'stale' },
    ]);
  });

  it('tells none where they are too many, however many they are', () => {
    const faults = new FaultRuns();
    const add = (unit: number) => faults.add({ address: unit * 8192, bytes: 4096, verdict: 'torn' });
    for (let unit = 0; unit < faultRunsMax; unit++) add(unit);
    expect(faults.runs).toHaveLength(faultRunsMax);
    add(faultRunsMax);
    expect(faults.runs).toBeNull();
    add(faultRunsMax + 1);
    expect(faults.runs).toBeNull();
  });
});
