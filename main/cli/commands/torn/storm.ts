import type { StormOptions, SyncMode } from '../../../../core/torn/index.ts';
import { runStorm } from '../../../torn/index.ts';
import type { Console } from '../../console.ts';
import type { ExitCode } from '../../exit.ts';
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
  readonly json?: boolean;
}

interface OneStormFlags extends StormFlags {
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
  const result = await runStorm(target, { ...options, onEvent: showTornEvent(console), signal });
  console.endProgress();
  const asked = { path, ...given({ sizeBytes, destroy }), ...options };
  await keepWhereAsked(flags.save, `Storm on ${path}`, asked, began, result, console);
  await writeJunit(flags.junit, 'storm', result);
  if (flags.json) console.printJson(result);
  else printStorm(result, console);
  return tornExitCode(result.verdict);
}

/** The flags as options: only what was given. */
export function stormOptions(
  flags: StormFlags,
): StormOptions & { readonly seed?: number; readonly record?: string } {
  const {
    block,
    unit,
    writers,
    readers,
    depth,
    engine,
    overlapping,
    atomic,
    buffered,
    sync,
    rate,
    seed,
    record,
  } = flags;
  return given({
    blockBytes: block,
    unitBytes: unit,
    writers,
    readers,
    depth,
    engine,
    overlapping,
    atomic,
    direct: buffered ? false : undefined,
    sync,
    writesPerSecond: rate,
    seed,
    record,
  });
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without what was left out. */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
