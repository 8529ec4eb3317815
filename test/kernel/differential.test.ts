import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differenceText } from '../../core/experiment/compare.ts';
import { generatePlan, planProfileNames } from '../../core/experiment/generate/index.ts';
import type { PlanInput } from '../../core/experiment/plan.ts';
import { tryPlan } from '../fuzz/trial.ts';
import { whyNotRoot } from '../support/machine.ts';
import { whyNotProfile } from '../support/profile.ts';

/**
 * The product's promise: predicted = actual, exactly, on this kernel. The seeds are fixed, so that a red run can be
 * repeated; `npm run fuzz` goes beyond them.
 */
const examples = new URL('../../examples/', import.meta.url);
const plansPerProfile = Number(process.env['UNTORN_PLANS_PER_PROFILE'] ?? '8');
const directPlans = Number(process.env['UNTORN_DIRECT_PLANS'] ?? '20');

const reason = whyNotRoot();

async function expectExact(plan: PlanInput): Promise<void> {
  const { differences, disturbed } = await tryPlan(plan);
  expect(disturbed).toEqual([]);
  expect(differences.map(differenceText)).toEqual([]);
}

describe.skipIf(reason)(`prediction and kernel agree${reason ? ` (${reason})` : ''}`, () => {
  it.each(readdirSync(examples))('on the example %s, twice', async (file) => {
    const plan = JSON.parse(readFileSync(new URL(file, examples), 'utf8')) as PlanInput;
    await expectExact(plan);
    await expectExact(plan);
  });

  it.each(['direct-one-file', 'direct-many-files'] as const)(
    `on ${directPlans} random plans of direct writes (%s)`,
    async (profile) => {
      for (let seed = 1; seed <= directPlans; seed++) await expectExact(generatePlan(profile, seed));
    },
  );

  it.for(planProfileNames)(
    `on ${plansPerProfile} random plans of the profile %s`,
    async (profile, { skip }) => {
      const obstacle = await whyNotProfile(profile);
      if (obstacle) skip(obstacle);
      for (let seed = 1001; seed <= 1000 + plansPerProfile; seed++)
        await expectExact(generatePlan(profile, seed));
    },
  );
});
