import { describe, expect, it } from 'vitest';
import { parsePlan } from '../plan.ts';
import { generatePlan, planProfileNames, Random } from './index.ts';

describe('random plans', () => {
  it.each(planProfileNames)('of the profile %s are good plans, and the same for the same seed', (profile) => {
    for (let seed = 0; seed < 40; seed++) {
      const plan = generatePlan(profile, seed);
      expect(parsePlan(plan).steps.length).toBeGreaterThanOrEqual(8);
      expect(generatePlan(profile, seed)).toEqual(plan);
    }
  });

  it('differ by seed', () => {
    const plans = new Set(
      Array.from({ length: 50 }, (_, seed) => JSON.stringify(generatePlan('everything', seed))),
    );
    expect(plans.size).toBe(50);
  });
});

describe('random choices', () => {
  it('stay inside their bounds and reach both', () => {
    const random = new Random(7);
    const drawn = new Set(Array.from({ length: 500 }, () => random.between(3, 6)));
    expect([...drawn].sort()).toEqual([3, 4, 5, 6]);
  });

  it('follow their weights', () => {
    const random = new Random(1);
    const drawn = Array.from({ length: 4000 }, () => random.weighted({ rare: 1, common: 3 }));
    const rare = drawn.filter((name) => name === 'rare').length;
    expect(rare).toBeGreaterThan(800);
    expect(rare).toBeLessThan(1200);
  });
});
