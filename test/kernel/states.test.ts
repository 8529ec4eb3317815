import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { differenceText } from '../../core/experiment/compare.ts';
import { generatePlan, type PlanProfileName } from '../../core/experiment/generate/index.ts';
import { parsePlan, type Plan } from '../../core/experiment/plan.ts';
import { runPlan } from '../../main/run/index.ts';
import { makeAgedImage } from '../support/aged.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/**
 * Predictions from filesystems that have a past. The size that a release is judged by:
 * `UNTORN_STATE_PLANS=10 UNTORN_STATE_GIB=32 npx vitest run test/kernel/states.test.ts`
 */
const plans = Number(process.env['UNTORN_STATE_PLANS'] ?? '4');
const gibibytes = Number(process.env['UNTORN_STATE_GIB'] ?? '32');
const operations = Number(process.env['UNTORN_STATE_OPERATIONS'] ?? '300');

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotProgram('mkfs.ext4');

const profiles: readonly PlanProfileName[] = [
  'everything',
  'direct-many-files',
  'append',
  'database',
  'sparse',
];

/** A random plan, on another target than the one it was drawn for. */
function planFor(target: Plan['target'], seed: number): Plan {
  const { steps } = generatePlan(profiles[seed % profiles.length] ?? 'everything', seed);
  const moved = target.kind === 'mounted' ? steps.filter(({ op }) => op !== 'remount') : steps;
  return parsePlan({ version: 1, target, steps: moved });
}

describe.skipIf(reason)(`real starting states${reason ? ` (${reason})` : ''}`, () => {
  it(`are exact on ${plans} random plans on an aged image of ${gibibytes} GiB`, async () => {
    const image = path.join(temp(), 'aged.img');
    await makeAgedImage(image, { sizeBytes: gibibytes * 2 ** 30, seed: 1, mounts: 3, operations });
    try {
      for (let seed = 1; seed <= plans; seed++) {
        const plan = planFor(
          parsePlan({ version: 1, target: { kind: 'image', path: image }, steps: [] }).target,
          seed,
        );
        const { report } = await runPlan(plan);
        expect({
          seed,
          disturbed: report.disturbed,
          differences: report.differences.map(differenceText),
        }).toEqual({
          seed,
          disturbed: [],
          differences: [],
        });
      }
    } finally {
      await rm(image);
    }
  });
});
