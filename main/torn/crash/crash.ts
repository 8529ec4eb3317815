import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crashPlanInput, type CrashPlan, type CrashSensitivity } from '../../../core/torn/crash/index.ts';
import { InputError, type OnProgress } from '../../failure.ts';
import {
  Cleanup,
  copyImage,
  makeWorkFolder,
  openWholePrivileges,
  type Mounting,
  type WorkFolder,
} from '../../lab/index.ts';
import { explore, type Examined } from './examine.ts';
import { recordInSandbox } from './record-in-sandbox.ts';
import { recordPlan } from './record.ts';
import type { CrashReport } from './report.ts';

export interface CrashOptions {
  /** Keeps the recording there: a folder that does not exist yet. */
  readonly keep?: string | undefined;
  /** So many states are mounted as well, to compare. */
  readonly crossChecks?: number | undefined;
  /** Only this state is checked. */
  readonly state?: string | undefined;
  readonly onProgress?: OnProgress;
  readonly onSensitivity?: ((sensitivity: CrashSensitivity) => void) | undefined;
  readonly signal?: AbortSignal;
}

/**
 * Records a crash plan on this kernel and checks the crash states that the recording allows. Needs root or the helper. Leaves nothing
 * but what `keep` asks for. Throws InputError, Unable, Cancelled.
 */
export async function crashCheck(plan: CrashPlan, options: CrashOptions = {}): Promise<CrashReport> {
  const { report, close } = await exploreCrash(plan, options);
  close();
  return report;
}

/** As {@link crashCheck}; its states can be looked at until the caller closes it, though nothing of it is mounted. */
export async function exploreCrash(plan: CrashPlan, options: CrashOptions = {}): Promise<Examined> {
  const cleanup = new Cleanup();
  try {
    const folder = await makeWorkFolder();
    cleanup.add(() => folder.remove());
    const privileges = askedOnce(folder, options, cleanup);
    // First, since somebody may have to be asked.
    const mounting = await privileges();
    if (options.keep !== undefined) await makeNew(options.keep);
    const run = randomBytes(8).readBigUInt64LE();
    const { target } = plan;
    const place = { ...options, folder: folder.path, run, privileges: mounting };
    const recording =
      target.kind === 'sandbox' ? await recordInSandbox(plan, target, place) : await recordPlan(plan, place);
    if (options.keep !== undefined) {
      await copyFile(recording.log, path.join(options.keep, 'log'));
      await copyImage(recording.base, path.join(options.keep, 'base'));
      await writeFile(
        path.join(options.keep, planName),
        `${JSON.stringify(crashPlanInput(plan), null, 2)}\n`,
      );
    }
    const examined = await explore(plan, recording, { ...options, folder: folder.path, privileges }, cleanup);
    return options.keep === undefined ? examined : keptIn(options.keep, examined);
  } finally {
    await cleanup.run();
  }
}

/**
 * Checks a recording that was kept: a folder with `base`, the image as it was, and `log`, a log of the recorder's or one
 * of dm-log-writes or QEMU's blklogwrites. On ext4 and without comparisons it needs neither root nor the helper.
 */
export async function checkRecording(
  plan: CrashPlan,
  folder: string,
  options: Omit<CrashOptions, 'keep'> = {},
): Promise<CrashReport> {
  const { report, close } = await exploreRecording(plan, folder, options);
  close();
  return report;
}

/** As {@link checkRecording}; its states can be looked at until the caller closes it. */
export async function exploreRecording(
  plan: CrashPlan,
  folder: string,
  options: Omit<CrashOptions, 'keep'> = {},
): Promise<Examined> {
  const recording = { base: path.join(folder, 'base'), log: path.join(folder, 'log') };
  for (const file of [recording.base, recording.log])
    if (!existsSync(file))
      throw new InputError(`--recording ${folder}: there is no file ${file}`, '--recording');
  const cleanup = new Cleanup();
  try {
    const work = await makeWorkFolder();
    cleanup.add(() => work.remove());
    const privileges = askedOnce(work, options, cleanup);
    const place = { ...options, folder: work.path, privileges };
    return keptIn(folder, await explore(plan, recording, place, cleanup));
  } finally {
    await cleanup.run();
  }
}

/** The plan of a recording that was kept, as text. Throws InputError. */
export async function planOfRecording(folder: string): Promise<string> {
  const name = path.join(folder, planName);
  return readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `--recording ${folder}: ${name} cannot be read (${error.code ?? ''}); it says what was recorded`,
      '--recording',
      { cause: error },
    );
  });
}

/** The report says where its recording lies, so that it can be opened again. */
function keptIn(folder: string, examined: Examined): Examined {
  const { report } = examined;
  return {
    ...examined,
    report: { ...report, recording: { ...report.recording, folder: path.resolve(folder) } },
  };
}

const planName = 'plan.json';

/** What takes root, asked for where it is needed first; `cleanup` lets go of it. */
function askedOnce(
  folder: WorkFolder,
  { onProgress }: Pick<CrashOptions, 'onProgress'>,
  cleanup: Cleanup,
): () => Promise<Mounting> {
  let opened: Promise<Mounting> | null = null;
  const open = async (): Promise<Mounting> => {
    const privileges = await openWholePrivileges(folder, onProgress);
    cleanup.add(() => privileges.end());
    return privileges;
  };
  return () => (opened ??= open());
}

async function makeNew(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new InputError(`--keep ${folder}: ${code === 'EEXIST' ? 'it is there already' : code}`, '--keep');
  }
}
