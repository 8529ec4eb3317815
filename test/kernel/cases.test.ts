import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareOutcomes, differenceText } from '../../core/experiment/compare.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import type { PlanInput } from '../../core/experiment/plan.ts';
import { tryPlan } from '../fuzz/trial.ts';
import { whyNotRoot } from '../support/machine.ts';

/**
 * Plans that showed a difference once, or a rule that is easily lost: a folder each, as the fuzzer writes them, with
 * the plan and what the kernel did (`expected.json`: Linux 6.18.44, e2fsprogs 1.47.0, for people to read; another mkfs
 * may lay the filesystem out in another way, so that prediction and kernel are compared with each other).
 */
const folder = new URL('cases/', import.meta.url);
const reason = whyNotRoot();

function read(name: string, file: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}/${file}`, folder), 'utf8'));
}

describe.skipIf(reason)(`cases${reason ? ` (${reason})` : ''}`, () => {
  it.each(readdirSync(folder))('%s', async (name) => {
    const { differences, disturbed, actual } = await tryPlan(read(name, 'plan.json') as PlanInput);
    expect(disturbed).toEqual([]);
    expect(differences.map((difference) => differenceText(difference))).toEqual([]);
    const expected = read(name, 'expected.json') as Outcome;
    const results = (outcome: Outcome) => outcome.steps.map(({ result, errno }) => errno ?? result);
    expect(results(actual)).toEqual(results(expected));
    expect(compareOutcomes(expected, actual).filter(({ kind }) => kind === 'file')).toEqual([]);
  });
});
