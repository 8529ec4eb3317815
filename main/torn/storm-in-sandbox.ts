import path from 'node:path';
import * as v from 'valibot';
import type { Plan, TargetOf } from '../../core/experiment/plan.ts';
import type { StormOptions, StormResult, TornEvent } from '../../core/torn/index.ts';
import { tornEventSchema } from '../../core/torn/wire/index.ts';
import { InputError, Unable } from '../failure.ts';
import { Cleanup, makeWorkFolder } from '../lab/index.ts';
import {
  bootGuest,
  chooseKernel,
  formatDrive,
  mountWord,
  usualPatience,
  type Guest,
  type SandboxKernel,
} from '../sandbox/index.ts';
import { jsonOf } from './json.ts';
import type { TornRunOptions } from './storm.ts';

/** A file on the filesystem of a sandbox's drive. */
export interface SandboxTarget {
  /** A plan with a sandbox and a filesystem; its steps are not made. */
  readonly plan: Plan;
  /** The folder from which the plan's own paths begin. */
  readonly planFolder?: string;
  /** In place of the plan's kernel. */
  readonly kernel?: SandboxKernel;
  /** Of the file, which is new. */
  readonly name: string;
  readonly sizeBytes?: number;
}

type Options = StormOptions & Omit<TornRunOptions, 'record'>;

/** Half of a drive is room enough for a file: the rest is the filesystem's. */
const shareOfDrive = 2;
const defaultSeconds = 10;

/**
 * `untorn torn storm FILE --sandbox PLAN`: the same storm, by the same command, in a guest whose kernel and drive are those of
 * the plan. The drive ends with the guest, and so does the record. Throws Failure, Cancelled.
 */
export async function runStormInSandbox(target: SandboxTarget, options: Options = {}): Promise<StormResult> {
  const { plan, planFolder, name } = target;
  const place = sandboxOf(plan);
  const fileName = checkedName(name);
  const kernel = target.kernel ?? chooseKernel(place, planFolder);
  const { onEvent, signal } = options;
  const cleanup = new Cleanup();
  const tell = (phase: string): void => onEvent?.({ type: 'phase', phase });
  try {
    const folder = await makeWorkFolder();
    cleanup.add(() => folder.remove());
    const image = path.join(folder.path, 'image');
    tell(`formatting ${place.mkfs.fs}`);
    await formatDrive(image, place, signal);
    tell('starting the sandbox');
    const seconds = options.seconds ?? (options.writes === undefined ? defaultSeconds : 0);
    const patience = { ...usualPatience, stepMs: usualPatience.stepMs + seconds * 1000 };
    const guest = await bootGuest(kernel, { target: place, patience, ...(signal ? { signal } : {}) });
    cleanup.add(() => guest.close());
    await guest.attach(place, image);
    tell('storm in the sandbox');
    const file = path.posix.join(mountWord, fileName);
    const sizeBytes = target.sizeBytes ?? place.size / shareOfDrive;
    const words = ['torn', 'storm', file, '--json', '--events', ...flagsOf({ ...options, sizeBytes })];
    const result = await stormIn(guest, words, place, onEvent);
    const where = `${fileName} on ${place.mkfs.fs}, ${place.drive.kind} drive of a sandbox, Linux ${guest.facts.release}`;
    return {
      ...result,
      guest: guest.facts.release,
      record: '',
      settings: { ...result.settings, target: where },
    };
  } finally {
    await cleanup.run();
  }
}

type FormattedSandbox = TargetOf<'sandbox'> & { readonly mkfs: NonNullable<TargetOf<'sandbox'>['mkfs']> };

function sandboxOf({ target }: Plan): FormattedSandbox {
  if (target.kind !== 'sandbox')
    throw new InputError(`--sandbox: the target of this plan is a ${target.kind}`, '--sandbox');
  const { mkfs } = target;
  if (!mkfs) throw new InputError('--sandbox: target.mkfs is needed: the storm is on a file', '--sandbox');
  return { ...target, mkfs };
}

function checkedName(name: string): string {
  if (/^[\w.-]+$/.test(name) && !/^\.+$/.test(name) && !name.startsWith('-')) return name;
  throw new InputError(`${name}: in a sandbox the target is the name of a new file`, 'TARGET');
}

/** Runs the command in the guest; what it says where it fails is what is said here. */
async function stormIn(
  guest: Guest,
  words: readonly string[],
  { mkfs, mountOptions }: FormattedSandbox,
  onEvent: TornRunOptions['onEvent'],
): Promise<StormResult> {
  const printed: string[] = [];
  const said: string[] = [];
  const mount = { fs: mkfs.fs, options: mountOptions };
  const { code } = await guest.command({ words, files: [], mount, network: false }, ({ from, line }) => {
    const event = from === 'stderr' ? eventOf(line) : null;
    if (event) onEvent?.(event);
    else (from === 'stdout' ? printed : said).push(line);
  });
  // What comes from the guest was made by this very build.
  if (printed.length > 0) return JSON.parse(printed.join('\n')) as StormResult;
  // The folder that the drive is mounted at means nothing outside.
  const last = said.at(-1) ?? 'it said nothing';
  const why = last.replace(/^untorn: /, '').replaceAll(/(?<=^|\s)\/\S*\/mount\/(?=[\w.-]+)/g, '');
  if (code === 2) throw new InputError(why, 'TARGET');
  throw new Unable(`the storm in the sandbox: ${why}`, 'TARGET');
}

/** The event of a line of `--events`; null where it is a line for a person. */
function eventOf(line: string): TornEvent | null {
  if (!line.startsWith('{')) return null;
  const read = v.safeParse(tornEventSchema, jsonOf(line));
  return read.success ? read.output : null;
}

/** The options as the command line has them. */
function flagsOf(options: Options & { readonly sizeBytes: number }): string[] {
  const values = {
    '--size': options.sizeBytes,
    '--unit': options.unitBytes?.join(','),
    '--block': options.blockBytes,
    '--writers': options.writers,
    '--readers': options.readers,
    '--depth': options.depth,
    '--engine': options.engine,
    '--sync': options.sync,
    '--writes': options.writes,
    '--seconds': options.seconds,
    '--rate': options.writesPerSecond,
    '--seed': options.seed,
  };
  const switches = {
    '--overlapping': options.overlapping === true,
    '--atomic': options.atomic === true,
    '--buffered': options.direct === false,
  };
  return [
    ...Object.entries(values).flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)])),
    ...Object.entries(switches).flatMap(([flag, isOn]) => (isOn ? [flag] : [])),
  ];
}
