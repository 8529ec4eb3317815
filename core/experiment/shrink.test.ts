import { describe, expect, it } from 'vitest';
import { generatePlan } from './generate/index.ts';
import type { PlanInput } from './plan.ts';
import { shrinkPlan } from './shrink.ts';

const ops = (plan: PlanInput) => plan.steps.map(({ op }) => op);

describe('shrinking', () => {
  it('keeps only the steps that show the difference', async () => {
    const plan = generatePlan('long', 3);
    const shows = (candidate: PlanInput) => {
      const seen = ops(candidate);
      return Promise.resolve(seen.includes('truncate') && seen.indexOf('unlink') > seen.indexOf('truncate'));
    };
    expect(await shows(plan)).toBe(true);
    expect(ops(await shrinkPlan(plan, shows))).toEqual(['truncate', 'unlink']);
  });

  it('makes requests shorter and drops what does not matter', async () => {
    const base = generatePlan('everything', 1);
    const plan: PlanInput = {
      ...base,
      steps: [
        { op: 'write', file: 'a', offset: 0, length: 65536, sync: 'dsync' },
        { op: 'many', prefix: 'm', count: 37, length: 8192, how: 'direct' },
      ],
    };
    const shows = ({ steps }: PlanInput) =>
      Promise.resolve(steps.some((step) => step.op === 'many' && step.count > 8) && steps[0]?.op === 'write');
    expect((await shrinkPlan(plan, shows)).steps).toEqual([
      { op: 'write', file: 'a', offset: 0, length: 4096, sync: 'none' },
      { op: 'many', prefix: 'm', count: 9, length: 4096, how: 'direct' },
    ]);
  });

  it('asks no more often than it may', async () => {
    let asked = 0;
    await shrinkPlan(generatePlan('long', 5), () => Promise.resolve(++asked < 0), 25);
    expect(asked).toBe(25);
  });
});
