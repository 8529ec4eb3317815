import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { differenceText } from '../../core/experiment/compare.ts';
import {
  generatePlan,
  planProfileNames,
  type PlanProfileName,
} from '../../core/experiment/generate/index.ts';
import type { PlanInput } from '../../core/experiment/plan.ts';
import { tryPlan } from '../fuzz/trial.ts';
import { whyNotRoot } from '../support/machine.ts';
import { whyNotProfile } from '../support/profile.ts';

/**
 * The product's promise: predicted = actual, exactly, on this kernel. The seeds are fixed, so that a red run can be
 * repeated; `npm run fuzz` goes beyond them.
 */
const examples = new URL('../../examples/', import.meta.url);
const plansPerProfile = Number(process.env['UNTORN_PLANS_PER_PROFILE'] ?? '5');
const directPlans = Number(process.env['UNTORN_DIRECT_PLANS'] ?? '12');

const reason = whyNotRoot();

/** A disturbed run proves nothing either way, so that its plan is run again. */
const triesMost = 3;

/** Runs a plan until a run is undisturbed, which must then be exact. False when none was. */
async function isExact(plan: PlanInput): Promise<boolean> {
  for (let attempt = 0; attempt < triesMost; attempt++) {
    const { differences, disturbed } = await tryPlan(plan);
    if (disturbed.length > 0) continue;
    expect(
      differences.map((difference) => differenceText(difference)),
      plan.name,
    ).toEqual([]);
    return true;
  }
  return false;
}

/** All plans that could be judged are exact, and nearly all could be. */
async function expectAllExact(profile: PlanProfileName, firstSeed: number, count: number): Promise<void> {
  const undecided: string[] = [];
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const plan = generatePlan(profile, seed);
    if (!(await isExact(plan))) undecided.push(plan.name ?? '');
  }
  expect(undecided.length, `disturbed every time: ${undecided.join(', ')}`).toBeLessThanOrEqual(count / 4);
}

describe.skipIf(reason)(`prediction and kernel agree${reason ? ` (${reason})` : ''}`, () => {
  const plans = readdirSync(examples).filter((name) => name.endsWith('.json'));
  it.each(plans)('on the example %s, twice', async (file) => {
    const plan = JSON.parse(readFileSync(new URL(file, examples), 'utf8')) as PlanInput;
    expect(await isExact(plan)).toBe(true);
    expect(await isExact(plan)).toBe(true);
  });

  it.each(['direct-one-file', 'direct-many-files'] as const)(
    `on ${directPlans} random plans of direct writes (%s)`,
    async (profile) => {
      await expectAllExact(profile, 1, directPlans);
    },
  );

  it.for(planProfileNames)(
    `on ${plansPerProfile} random plans of the profile %s`,
    async (profile, { skip }) => {
      const obstacle = await whyNotProfile(profile);
      if (obstacle) skip(obstacle);
      await expectAllExact(profile, 1001, plansPerProfile);
    },
  );
});
