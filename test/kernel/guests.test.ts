import { afterAll, describe, expect, it } from 'vitest';
import { differenceText } from '../../core/experiment/compare.ts';
import {
  generatePlan,
  planProfileNames,
  planProfiles,
  type PlanProfile,
} from '../../core/experiment/generate/index.ts';
import { findKernel } from '../../main/sandbox/index.ts';
import { Guests } from '../fuzz/guests.ts';
import { tryPlan } from '../fuzz/trial.ts';
import { addKernelRow } from '../support/kernel-table.ts';

/**
 * Random plans on other kernels than this machine's, predicted and run: one of every profile, or as many as
 * UNTORN_KERNEL_PLANS says. UNTORN_KERNELS=6.18,7.3 names the kernels (npm run test:kernels).
 */
const kernels = (process.env['UNTORN_KERNELS'] ?? '').split(',').filter((name) => name !== '');
/** What a guest's kernel was built without is not found out. */
const profiles = planProfileNames.filter((name) => {
  const { needs }: PlanProfile = planProfiles[name];
  return needs === undefined;
});
const count = Number(process.env['UNTORN_KERNEL_PLANS'] ?? profiles.length);
const seed = Number(process.env['UNTORN_KERNEL_SEED'] ?? 5000);
/** An emulated machine starts slowly where others work beside it. */
const patienceMs = 900_000;
/** A disturbed run proves nothing either way. */
const attempts = 3;

function whyNot(name: string): string {
  try {
    findKernel(name);
    return '';
  } catch (error) {
    return `skipped: ${(error as Error).message}`;
  }
}

it.skipIf(kernels.length > 0)('kernels are named by UNTORN_KERNELS (npm run test:kernels)', (context) => {
  context.skip('skipped: no kernel is named');
});

describe.each(kernels)('random plans on %s', (name) => {
  const why = whyNot(name);
  // A kernel that is not installed cannot be asked: one skipped test, named by the reason and what would install it.
  if (why !== '') return it.skip(why, () => undefined);
  const guests = new Guests({ kernel: name, cpus: 1 }, new AbortController().signal);
  let exact = 0;
  afterAll(async () => {
    await guests.close();
    addKernelRow({ kernel: guests.kernel.release, what: 'random plans', exact, all: count });
  });
  const cases = Array.from({ length: count }, (_, index) => ({
    profile: profiles[index % profiles.length] ?? profiles[0] ?? 'plain',
    seed: seed + index,
  }));
  it.each(cases)(
    '$profile $seed',
    async (one) => {
      const plan = guests.planFor(generatePlan(one.profile, one.seed), one.seed);
      for (let attempt = 1; ; attempt++) {
        const { differences, disturbed } = await tryPlan(plan, { guests });
        if (disturbed.length > 0 && attempt < attempts) continue;
        expect({ differences: differences.map((one) => differenceText(one)), disturbed }).toEqual({
          differences: [],
          disturbed: [],
        });
        exact++;
        return;
      }
    },
    patienceMs,
  );
});
