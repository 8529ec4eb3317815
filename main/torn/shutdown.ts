import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  noVerdicts,
  promisesOf,
  verdictOf,
  verdicts,
  type beginnings,
  type ShutdownResult,
  type ShutdownRound,
  type StormOptions,
  type StormSettings,
  type Verdict,
} from '../../core/torn/index.ts';
import { Cleanup, explained, formatImage, makeWorkFolder, openWholePrivileges, until } from '../lab/index.ts';
import { Unable } from '../failure.ts';
import { fallocate, NativeStorm, type StormEnd } from '../native/index.ts';
import { loopFilesystem, type LoopFilesystem } from './crash/loop-filesystem.ts';
import { readJournalFile } from './journal-file.ts';
import { bootId, prepareSlots, verifyRun } from './passes.ts';
import { drawsOf, newRun, newSeed, runText } from './random.ts';
import { TornRecord } from './record.ts';
import { checkSensitivity } from './sensitivity.ts';
import { stormRequest, stormSettings } from './settings.ts';
import type { TornRunOptions } from './storm.ts';
import { openTarget } from './target.ts';
import type { Watch } from './verify.ts';

type Beginning = (typeof beginnings)[number];

export interface ShutdownOptions extends StormOptions, TornRunOptions {
  readonly filesystem: 'ext4' | 'xfs';
  readonly rounds?: number;
  /** Arguments of mkfs, as in a plan. */
  readonly mkfsArgs?: readonly string[];
  readonly mountOptions?: string;
  /** Length of the file; 4 MiB where it is left out. */
  readonly fileBytes?: number;
  readonly beginning?: Beginning;
}

const imageBytes = { ext4: 256 * 2 ** 20, xfs: 512 * 2 ** 20 } as const;
const ownMkfsArgs = { ext4: ['-b', '4096'], xfs: [] } as const;
const defaultFileBytes = 4 * 2 ** 20;
const defaultRounds = 20;
/** A shutdown comes between these, after the first write began. */
const momentMilliseconds = { least: 1, most: 120 } as const;

/**
 * `untorn torn shutdown`: N times a storm on a filesystem of the lab's own, shut down at a random moment, mounted again,
 * every unit judged. Flags 0, 1 and 2 take turns; `seed` decides moments and writes. An interrupt ends it after the
 * round. Throws InputError, Unable.
 */
export async function runShutdowns(options: ShutdownOptions): Promise<ShutdownResult> {
  const { rounds: asked = defaultRounds, seed = newSeed(), onEvent, signal } = options;
  const cleanup = new Cleanup();
  try {
    const lab = await makeLab(options, cleanup);
    const settings = stormSettings(await openTarget(lab.target), unlimited(options), seed);
    const { blockBytes, unitBytes } = settings;
    const run = newRun();
    const copy = { folder: lab.folder, run, seed, blockBytes, unitBytes };
    const sensitivity = await checkSensitivity(copy, onEvent);
    const record = await TornRecord.create(options.record ?? null, run);
    cleanup.add(() => record.close());
    await record.begin(run, settings, bootId());
    const below = drawsOf(seed);
    const rounds: ShutdownRound[] = [];
    for (let round = 1; round <= asked && sensitivity.passed && !signal?.aborted; round++) {
      const plan = planRound(round, below);
      const done = await oneRound(lab, { ...settings, seed: plan.seed }, plan, { onEvent });
      rounds.push(done);
      await record.append({ type: 'round', round: done });
      onEvent?.({ type: 'round', round: done, total: asked });
    }
    const verdict = verdictOf(sensitivity, { counts: sumOf(rounds), units: rounds.length }, asked);
    const result: ShutdownResult = {
      format: 1,
      kind: 'shutdown',
      run: runText(run),
      filesystem: options.filesystem,
      settings,
      sensitivity,
      verdict,
      promises: promisesOf(settings, true),
      record: record.folder,
      asked,
      rounds,
      interrupted: signal?.aborted ?? false,
    };
    await record.append({ type: 'end', result });
    return result;
  } catch (error) {
    throw explained(error, 'a round of shutdown');
  } finally {
    await cleanup.run();
  }
}

/** Units of all rounds by their verdict. */
function sumOf(rounds: readonly ShutdownRound[]): Record<Verdict, number> {
  const sum = noVerdicts();
  for (const { counts } of rounds) for (const verdict of verdicts) sum[verdict] += counts[verdict];
  return sum;
}

interface ShutdownLab {
  readonly folder: string;
  readonly filesystem: LoopFilesystem;
  readonly target: { readonly path: string; readonly sizeBytes: number };
  readonly beginning: Beginning;
}

/** A mounted filesystem on a loop device in a private folder, all of which `cleanup` removes. */
async function makeLab(options: ShutdownOptions, cleanup: Cleanup): Promise<ShutdownLab> {
  const { filesystem: fs, mountOptions = '', mkfsArgs = ownMkfsArgs[fs], signal } = options;
  const folder = await makeWorkFolder();
  cleanup.add(() => folder.remove());
  // First, since somebody may have to be asked.
  const privileges = await openWholePrivileges(folder, ({ phase }) =>
    options.onEvent?.({ type: 'phase', phase }),
  );
  cleanup.add(() => privileges.end());
  const image = path.join(folder.path, 'image');
  options.onEvent?.({ type: 'phase', phase: 'formatting' });
  await formatImage(image, imageBytes[fs], { fs, args: [...mkfsArgs] }, signal);
  const mountPoint = path.join(folder.path, 'mount');
  const place = { mountPoint, isRecorder: false, privileges };
  const filesystem = await loopFilesystem(image, fs, mountOptions, place, cleanup);
  await filesystem.mount();
  const target = { path: path.join(mountPoint, 'units'), sizeBytes: options.fileBytes ?? defaultFileBytes };
  const copies = path.join(folder.path, 'copies');
  await mkdir(copies);
  return { folder: copies, filesystem, target, beginning: options.beginning ?? 'written' };
}

/** A round's storm ends with its filesystem, not by itself. */
function unlimited(options: ShutdownOptions): StormOptions {
  const { writes: _writes, seconds: _seconds, ...rest } = options;
  return { writers: 4, readers: 0, ...rest };
}

type RoundPlan = Pick<ShutdownRound, 'round' | 'seed' | 'flag' | 'afterMilliseconds'>;

function planRound(round: number, below: (limit: number) => number): RoundPlan {
  const { least, most } = momentMilliseconds;
  const flag = ([0, 1, 2] as const)[(round - 1) % 3] ?? 0;
  return {
    round,
    flag,
    seed: below(2 ** 31),
    afterMilliseconds: least + below((most - least) * 1000) / 1000,
  };
}

async function oneRound(
  { folder, filesystem, target, beginning }: ShutdownLab,
  settings: StormSettings,
  plan: RoundPlan,
  watch: Watch,
): Promise<ShutdownRound> {
  const run = newRun();
  const journal = path.join(folder, `round-${plan.round}.journal`);
  await begin(target, beginning);
  const request = stormRequest({ ...settings, seconds: null, writes: null }, run, journal);
  if (beginning === 'written') await prepareSlots(request.area, watch);
  const storm = new NativeStorm(request);
  const ending = storm.run();
  const promisedUntil = await cutOff(storm, ending, filesystem, plan);
  const { acknowledged, begun } = storm.counters();
  await filesystem.unmount();
  await filesystem.mount();
  const how = { promised: settings.sync !== 'none', promisedUntil, beginsAsZeros: beginning !== 'written' };
  const { counts, findings, field } = await verifyRun(request.area, journal, how, watch);
  const acknowledgedLate = await countLate(journal, run, promisedUntil);
  await rm(journal, { force: true });
  const unfinished = begun - acknowledged;
  return {
    ...plan,
    acknowledged,
    acknowledgedLate,
    unfinished,
    counts,
    findings,
    ...(field ? { field } : {}),
  };
}

/** Acknowledgements after a moment. */
async function countLate(journal: string, run: bigint, moment: number): Promise<number> {
  let late = 0;
  await readJournalFile(journal, run, (record) => {
    if (record.kind === 'ended' && record.moment > moment) late++;
  });
  return late;
}

/** A new file for every round, durable before the storm. */
async function begin({ path: name, sizeBytes }: ShutdownLab['target'], beginning: Beginning): Promise<void> {
  await rm(name, { force: true });
  const file = await open(name, 'wx', 0o600);
  try {
    if (beginning === 'unwritten') await fallocate(file.fd, 0, 0, sizeBytes);
    else await file.truncate(sizeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
  const parent = await open(path.dirname(name), 'r');
  await parent.sync().finally(() => parent.close());
}

/**
 * Shuts the filesystem down a while after the first write began, and waits for the writers to notice. Returns the moment
 * up to which acknowledgements count.
 */
async function cutOff(
  storm: NativeStorm,
  ending: Promise<StormEnd>,
  filesystem: LoopFilesystem,
  { afterMilliseconds, flag }: RoundPlan,
): Promise<number> {
  let isGoingDown = false;
  let early: StormEnd | null = null;
  // A storm that breaks is told of below, and not as an unhandled rejection in between.
  ending.then(
    (end) => {
      if (!isGoingDown) early = end;
    },
    () => undefined,
  );
  let hasBegun: boolean;
  let moment: number;
  try {
    hasBegun = await until(() => storm.counters().begun > 0, { everyMs: 1, patienceMs: 5000 });
    await sleep(afterMilliseconds);
    isGoingDown = true;
    moment = storm.moment();
    await filesystem.shutDown(flag);
  } finally {
    storm.stop();
    await ending;
  }
  requireStorm(hasBegun, early);
  return moment;
}

/** A round in which nothing was written until the shutdown came would say that all is well. Throws Unable. */
function requireStorm(hasBegun: boolean, early: StormEnd | null): void {
  if (!hasBegun) throw new Unable('no write of the storm began within five seconds: nothing is known');
  if (early === null) return;
  const { error, shortBytes } = early;
  const how = error ?? (shortBytes === undefined ? 'it ended' : `only ${shortBytes} bytes were written`);
  throw new Unable(`the storm ended before its filesystem was shut down (${how}): nothing is known`);
}
