import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../failure.ts';
import { predictVersus, type Versus } from '../../predict/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { readPlanFile } from '../plan-file.ts';
import { setLines, versusLines } from '../report/versus.ts';

export interface VersusFlags {
  readonly versus: string;
  readonly allocator?: string;
  readonly unit?: number;
  readonly image?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** `untorn predict PLAN… --allocator A --versus B [--unit SIZE] [--image IMG] [--json]` */
export async function versusCommand(
  given: readonly string[],
  flags: VersusFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (flags.explain) throw new InputError('--explain tells of one allocator, not with --versus', '--explain');
  const files = (await Promise.all(given.map(plansAt))).flat();
  const image = flags.image === undefined ? {} : { image: flags.image };
  const all: Versus[] = [];
  for (const file of files) {
    const { plan, folder } = await readPlanFile(file);
    const named = { ...plan, name: plan.name === '' ? path.basename(file, '.json') : plan.name };
    const allocators = [flags.allocator ?? plan.allocator, flags.versus];
    const { onProgress } = console;
    const options = { planFolder: folder, onProgress, signal, ...image };
    all.push(await predictVersus(named, allocators, flags.unit ?? null, options));
  }
  console.endProgress();
  const [first, ...others] = all;
  if (flags.json) console.printJson({ plans: all.map((each) => jsonOf(each, flags.unit ?? null)) });
  else if (first && others.length === 0)
    versusLines(first, console.paint).forEach((line) => console.print(line));
  else setLines(all, console.paint).forEach((line) => console.print(line));
  return exitCodes.done;
}

/** A plan file, or the plan files in a folder by their names. */
async function plansAt(given: string): Promise<string[]> {
  const found = await stat(given).catch(() => null);
  if (!found?.isDirectory()) return [given];
  const names = (await readdir(given)).filter((name) => name.endsWith('.json')).sort();
  if (names.length === 0) throw new InputError(`${given}: no plan (*.json) in this folder`, given);
  return names.map((name) => path.join(given, name));
}

function jsonOf(
  { plan, sides, outcomes, blockBytes, clusterBytes }: Versus,
  unitBytes: number | null,
): unknown {
  return {
    plan: plan.name,
    unitBytes,
    blockBytes,
    clusterBytes,
    sides: sides.map((side, index) => ({ ...side, files: outcomes[index]?.files })),
  };
}
