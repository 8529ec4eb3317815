import type { StormOptions, StormResult, SyncMode, TornEvent } from '../../../../core/torn/index.ts';
import { InputError } from '../../../failure.ts';
import { runStorm, runStormInSandbox, type TornRunOptions } from '../../../torn/index.ts';
import type { Console } from '../../console.ts';
import type { ExitCode } from '../../exit.ts';
import { withKernel, type KernelFlags } from '../../kernel-flags.ts';
import { readPlanFile } from '../../plan-file.ts';
import { keepWhereAsked } from '../../report/keep-torn.ts';
import { writeJunit } from '../../report/torn-file.ts';
import { printStorm, showTornEvent, tornExitCode } from '../../report/torn.ts';

/** Flags that storms and shutdowns have in common, as commander gives them. */
export interface StormFlags {
  readonly block?: number;
  readonly unit?: readonly number[];
  readonly writers?: number;
  readonly readers?: number;
  readonly depth?: number;
  readonly engine?: 'threads' | 'io_uring';
  readonly overlapping?: boolean;
  readonly atomic?: boolean;
  readonly buffered?: boolean;
  readonly sync?: SyncMode;
  readonly rate?: number;
  readonly seed?: number;
  readonly record?: string;
  readonly junit?: string;
  readonly save?: boolean;
  readonly events?: boolean;
  readonly json?: boolean;
}

interface OneStormFlags extends StormFlags, KernelFlags {
  readonly sandbox?: string;
  readonly size?: number;
  readonly writes?: number;
  readonly seconds?: number;
  readonly destroy?: string;
}

/** `untorn torn storm TARGET …` */
export async function stormCommand(
  path: string,
  flags: OneStormFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { size: sizeBytes, destroy, writes, seconds } = flags;
  const target = { path, ...given({ sizeBytes, destroy }) };
  const options = { ...stormOptions(flags), ...given({ writes, seconds }) };
  const began = Date.now();
  const watched = { ...options, onEvent: eventTeller(flags, console), signal };
  const result =
    flags.sandbox === undefined
      ? await runStorm(target, watched)
      : await inSandbox(flags.sandbox, target, flags, watched);
  console.endProgress();
  const asked = { path, ...given({ sizeBytes, destroy }), ...options };
  await keepWhereAsked(flags.save, `Storm on ${path}`, asked, began, result, console);
  await writeJunit(flags.junit, 'storm', result);
  if (flags.json) console.printJson(result);
  else printStorm(result, console);
  return tornExitCode(result.verdict);
}

/** Tells what happens meanwhile: to a person, or with `--events` to a program, one JSON object to a line. */
export function eventTeller({ events }: StormFlags, console: Console): (event: TornEvent) => void {
  return events ? (event) => console.say(JSON.stringify(event)) : showTornEvent(console);
}

/** A storm in the sandbox of a plan. */
async function inSandbox(
  planFile: string,
  { path: name, sizeBytes }: { readonly path: string; readonly sizeBytes?: number },
  flags: OneStormFlags,
  options: StormOptions & TornRunOptions,
): Promise<StormResult> {
  for (const flag of ['record', 'destroy'] as const)
    if (flags[flag] !== undefined)
      throw new InputError(`--${flag}: what is in a sandbox ends with it`, `--${flag}`);
  const { plan: written, folder: planFolder } = await readPlanFile(planFile);
  const target = { ...withKernel(written, flags), planFolder, name, ...given({ sizeBytes }) };
  return runStormInSandbox(target, options);
}

/** The flags as options: only what was given. */
export function stormOptions(
  flags: StormFlags,
): StormOptions & { readonly seed?: number; readonly record?: string } {
  return given({
    blockBytes: flags.block,
    unitBytes: flags.unit,
    writers: flags.writers,
    readers: flags.readers,
    depth: flags.depth,
    engine: flags.engine,
    overlapping: flags.overlapping,
    atomic: flags.atomic,
    direct: flags.buffered ? false : undefined,
    sync: flags.sync,
    writesPerSecond: flags.rate,
    seed: flags.seed,
    record: flags.record,
  });
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without what was left out. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
