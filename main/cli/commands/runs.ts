import { readFile, writeFile } from 'node:fs/promises';
import {
  compareRecords,
  exportRecord,
  summariseRecord,
  type ExportFormat,
  type RunSummary,
} from '../../../core/record/index.ts';
import { InputError, Unable } from '../../failure.ts';
import { openRunStore, runsFolder } from '../../runs/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { printable, tableLines } from '../table.ts';

interface Flags {
  readonly json?: boolean;
}

/** `untorn runs list [WORDS…] [--json]`: the history, newest first. */
export async function listRunsCommand(
  words: readonly string[],
  flags: Flags,
  console: Console,
): Promise<ExitCode> {
  const { runs, unreadable } = await store().list(words.join(' '));
  if (flags.json) console.printJson({ runs, unreadable });
  else for (const line of listLines(runs)) console.print(line);
  if (unreadable > 0) console.say(`${unreadable} of the files in ${runsFolder()} are no runs`);
  return exitCodes.done;
}

function listLines(runs: readonly RunSummary[]): string[] {
  if (runs.length === 0) return ['no runs'];
  const columns = [
    { title: 'run', align: 'left' },
    { title: 'kind', align: 'left' },
    { title: 'verdict', align: 'left' },
    { title: 'kernel', align: 'left' },
    { title: 'filesystem', align: 'left' },
    { title: 'checked', align: 'right' },
    { title: 'faults', align: 'right' },
    { title: 'title', align: 'left' },
  ] as const;
  const rows = runs.map((run) => {
    const { id, verdict, kernel, filesystem, title } = run;
    const [kind, checked, faults] =
      'kind' in run ? [run.kind, run.checked, run.faults] : ['plan', run.steps, run.differences];
    const cells = [id, kind, verdict, kernel, filesystem, String(checked), String(faults), title];
    return cells.map((text) => ({ text: printable(text) }));
  });
  return tableLines(columns, rows);
}

/** `untorn runs export ID --format F [-o FILE]`: a page, JSON, JUnit or CSV; on standard output without a file. */
export async function exportRunCommand(
  id: string,
  flags: { readonly format: ExportFormat; readonly output?: string },
  console: Console,
): Promise<ExitCode> {
  const { text } = exportRecord(await store().get(id), flags.format);
  if (flags.output === undefined) {
    console.print(text.trimEnd());
    return exitCodes.done;
  }
  await writeFile(flags.output, text).catch((error: unknown) => {
    throw new Unable(`${flags.output ?? ''} cannot be written: ${String(error)}`, flags.output ?? null);
  });
  return exitCodes.done;
}

/** `untorn runs import FILE`: a run that was exported as JSON, here or on another machine. */
export async function importRunCommand(file: string, flags: Flags, console: Console): Promise<ExitCode> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputError(`${file} cannot be read: ${String(error)}`, file);
  });
  const summary = summariseRecord(await store().bring(text));
  if (flags.json) console.printJson(summary);
  else console.print(summary.id);
  return exitCodes.done;
}

/** `untorn runs compare ONE OTHER`: what two kernels, or one at two times, did with a plan; exit code 1 where they differ. */
export async function compareRunsCommand(
  one: string,
  other: string,
  flags: Flags,
  console: Console,
): Promise<ExitCode> {
  const runs = store();
  const comparison = compareRecords(await runs.get(one), await runs.get(other));
  const { same, samePlan, differences } = comparison;
  if (flags.json) console.printJson(comparison);
  else {
    if (!samePlan) console.say('the plans of these two runs are not the same text');
    for (const difference of differences) console.print(printable(difference));
    console.print(
      same ? 'the same: everything that is compared agrees' : `${differences.length} differences`,
    );
  }
  return same ? exitCodes.done : exitCodes.differs;
}

/** `untorn runs remove ID…` */
export async function removeRunsCommand(ids: readonly string[]): Promise<ExitCode> {
  for (const id of ids) await store().remove(id);
  return exitCodes.done;
}

function store() {
  return openRunStore(runsFolder());
}
