/**
 * The differential fuzzer: random plans, predicted and run on this kernel, or in guests of another one, until one differs.
 * `npm run fuzz -- --plans 200 --seed 1 [--profile NAME] [--out FOLDER] [--no-shrink] [--until-first] [--trace]
 * [--kernel uml|VERSION|PATH [--cpus N]]`
 */
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { divergenceLines } from '../../core/experiment/decisions/index.ts';
import { differenceText } from '../../core/experiment/compare.ts';
import {
  generatePlan,
  planProfileNames,
  planProfiles,
  type PlanProfile,
  type PlanProfileName,
} from '../../core/experiment/generate/index.ts';
import type { PlanInput } from '../../core/experiment/plan.ts';
import { shrinkPlan } from '../../core/experiment/shrink.ts';
import { whyNotProfile } from '../support/profile.ts';
import { writeCase } from './case.ts';
import { Guests } from './guests.ts';
import { Tally } from './tally.ts';
import { differs, kernelDiffers, tryPlan, type Trial } from './trial.ts';

interface Options {
  readonly plans: number;
  readonly seed: number;
  readonly profile: readonly PlanProfileName[];
  readonly out: string;
  readonly shrink: boolean;
  readonly twice: boolean;
  readonly untilFirst: boolean;
  readonly trace: boolean;
  readonly kernel?: string;
  readonly cpus: number;
}

let guests: Guests | null = null;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

await new Command('fuzz')
  .description('Compares predictions of random plans with what this kernel does.')
  .option('--plans <count>', 'plans to try', wholeNumber, 200)
  .option('--seed <number>', 'seed of the first plan; the following ones count up', wholeNumber, 1)
  .option(
    '--profile <name...>',
    `profiles, in turn (all of: ${planProfileNames.join(', ')})`,
    profileName,
    planProfileNames,
  )
  .option('--out <folder>', 'where differences are written', 'test-results/fuzz')
  .option('--no-shrink', 'write differences as they are found')
  .option('--twice', 'run every plan twice, and count those apart whose two runs differ', false)
  .option('--until-first', 'stop at the first difference', false)
  .option('--trace', "compare the allocator's decisions too", false)
  .option('--kernel <name>', 'in guests of that kernel: "uml", a version that is installed, or a path')
  .option('--cpus <count>', "the guests' possible CPUs", wholeNumber, 1)
  .action(fuzz)
  .parseAsync();

async function fuzz(options: Options): Promise<void> {
  const tally = new Tally();
  if (options.kernel !== undefined) {
    guests = new Guests({ kernel: options.kernel, cpus: options.cpus }, stop.signal);
    console.log(`guests of Linux ${guests.kernel.release}, ${options.cpus} possible CPUs`);
  }
  const profiles = guests ? withoutNeeds(options.profile) : await profilesThatRunHere(options.profile);
  try {
    for (let index = 0; index < options.plans && !stop.signal.aborted; index++) {
      const profile = profiles[index % profiles.length] as PlanProfileName;
      const seed = options.seed + Math.floor(index / profiles.length);
      const differs = await fuzzOne(profile, seed, options, tally);
      if (differs && options.untilFirst) break;
    }
  } finally {
    await guests?.close();
  }
  console.log(tally.table());
  const traces = tally.traces();
  if (traces) console.log(traces);
  process.exitCode = tally.differing > 0 ? 1 : 0;
}

/** What a guest's kernel was built without is not found out. */
function withoutNeeds(wanted: readonly PlanProfileName[]): PlanProfileName[] {
  return wanted.filter((name) => {
    const { needs }: PlanProfile = planProfiles[name];
    if (needs) console.log(`${name}: skipped: not tried in guests (needs ${needs})`);
    return !needs;
  });
}

async function profilesThatRunHere(wanted: readonly PlanProfileName[]): Promise<PlanProfileName[]> {
  const profiles: PlanProfileName[] = [];
  for (const profile of wanted) {
    const obstacle = await whyNotProfile(profile);
    if (obstacle) console.log(`${profile}: ${obstacle}`);
    else profiles.push(profile);
  }
  if (profiles.length === 0) throw new Error('no profile left to try');
  return profiles;
}

async function fuzzOne(
  profile: PlanProfileName,
  seed: number,
  options: Options,
  tally: Tally,
): Promise<boolean> {
  const name = `${profile}-${seed}`;
  let trial: Trial;
  try {
    const plan = generatePlan(profile, seed);
    trial = await tryUndisturbed(name, guests?.planFor(plan, seed) ?? plan, options);
  } catch (error) {
    if (stop.signal.aborted) return false;
    console.log(
      `${name}: failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    tally.count(profile, 'failed');
    await guests?.close();
    return true;
  }
  if (trial.disturbed.length > 0) {
    console.log(`${name}: disturbed: ${trial.disturbed.join('; ')}`);
    tally.count(profile, 'disturbed');
    return false;
  }
  tally.countTrace(trial.trace);
  const isExact = !differs(trial);
  if (isExact && !options.twice) {
    tally.count(profile, 'exact');
    return false;
  }
  if (await isUndetermined(name, trial, isExact ? 1 : 2)) {
    console.log(`${name}: the kernel did something else in a second run`);
    tally.count(profile, 'undetermined');
    return false;
  }
  tally.count(profile, isExact ? 'exact' : 'different');
  if (isExact) return false;
  const smallest = await traced(options.shrink ? await shrink(trial) : trial);
  const folder = writeCase(path.resolve(options.out), name, smallest, guests?.kernel.release);
  console.log(`${name}: ${smallest.plan.steps.length} steps show it, in ${folder}`);
  for (const difference of smallest.differences.slice(0, 3)) console.log(`  ${differenceText(difference)}`);
  const [where] = smallest.trace?.firstDivergence ? divergenceLines(smallest.trace.firstDivergence) : [];
  if (where) console.log(`  ${where}`);
  return true;
}

/** The smallest plan whose trial still differs, with that trial. */
async function shrink(trial: Trial): Promise<Trial> {
  let smallest = trial;
  await shrinkPlan(trial.plan, async (plan) => {
    const again = await tryPlan(plan, { signal: stop.signal, guests, trace: trial.trace !== null }).catch(
      () => null,
    );
    const shows = again !== null && again.disturbed.length === 0 && differs(again);
    if (shows) smallest = again;
    return shows;
  });
  return smallest;
}

/** A disturbed run proves nothing either way, so that its plan is tried up to three times. */
async function tryUndisturbed(name: string, plan: PlanInput, { trace }: Options): Promise<Trial> {
  const attempt = () => tryPlan(plan, { signal: stop.signal, guests, trace });
  let trial = await attempt();
  for (let again = 0; again < 2 && trial.disturbed.length > 0; again++) {
    console.log(`${name}: run again: ${trial.disturbed.join('; ')}`);
    trial = await attempt();
  }
  return trial;
}

/** Whether the kernel does something else when the same plan is run again, so many times at most. */
async function isUndetermined(name: string, trial: Trial, runs: number): Promise<boolean> {
  for (let run = 0; run < runs; run++) {
    const options = { signal: stop.signal, guests, trace: trial.trace !== null };
    const again = await tryPlan(trial.plan, options).catch(() => null);
    if (again === null || !kernelDiffers(trial, again)) continue;
    if (again.disturbed.length === 0) return true;
    console.log(`${name}: another run was disturbed: ${again.disturbed.join('; ')}`);
  }
  return false;
}

/** The trial with both traces: run once more where it had none, so that the first diverging decision is named. */
async function traced(trial: Trial): Promise<Trial> {
  if (trial.trace !== null) return trial;
  const again = await tryPlan(trial.plan, { signal: stop.signal, guests, trace: true }).catch(() => null);
  return again !== null && again.disturbed.length === 0 && differs(again) ? again : trial;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('must be a whole number');
  return number;
}

function profileName(text: string, previous: readonly PlanProfileName[]): readonly PlanProfileName[] {
  const name = planProfileNames.find((known) => known === text);
  if (!name) throw new InvalidArgumentError(`must be one of ${planProfileNames.join(', ')}`);
  return previous === planProfileNames ? [name] : [...previous, name];
}
