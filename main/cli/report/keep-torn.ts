import type { TornRunResult } from '../../../core/record/index.ts';
import { projectVersion } from '../../project.ts';
import { keepTornRun, openRunStore, runsFolder } from '../../runs/index.ts';
import type { Console } from '../console.ts';

/** Keeps a torn run in the history, where `--save` asks for it. */
export async function keepWhereAsked(
  save: boolean | undefined,
  title: string,
  asked: object,
  began: number,
  result: TornRunResult,
  console: Console,
): Promise<void> {
  if (!save) return;
  const run = { title, asked, began, result, untorn: projectVersion() };
  console.say(`kept as ${(await keepTornRun(openRunStore(runsFolder()), run)).id}`);
}
