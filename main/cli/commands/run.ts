import { basename, resolve } from 'node:path';
import { differenceText } from '../../../core/experiment/compare.ts';
import type { Plan } from '../../../core/experiment/plan.ts';
import type { Volume } from '../../../core/rpc/index.ts';
import { resultOf, runPlan, type RunReport } from '../../run/index.ts';
import { keepRun, openRunStore, runsFolder } from '../../runs/index.ts';
import { projectVersion } from '../../project.ts';
import { textInSandbox } from '../../sandbox/index.ts';
import { uncertainLines } from './predict.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Paint } from '../style.ts';
import { withKernel, type KernelFlags } from '../kernel-flags.ts';
import { readPlanFile } from '../plan-file.ts';
import { traceLines } from '../report/decisions.ts';
import { headline, profileNote } from '../report/headline.ts';
import { layoutLines, type FileReport } from '../report/layout.ts';
import { stepLines } from '../report/steps.ts';
import { printable } from '../table.ts';

export interface RunFlags extends KernelFlags {
  readonly json?: boolean;
  readonly destroy?: string;
  readonly trace?: boolean;
  readonly save?: boolean;
}

/** `untorn run PLAN [--kernel KERNEL [--modules FOLDER]] [--destroy ID] [--trace] [--save] [--json]` */
export async function runCommand(
  file: string,
  flags: RunFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { plan: written, folder, text } = await readPlanFile(file);
  const { plan, ...kernel } = withKernel(written, flags);
  const destroy = flags.destroy === undefined ? {} : { destroy: flags.destroy };
  const { onProgress } = console;
  const trace = flags.trace ?? false;
  const options = { planFolder: folder, trace, onProgress, signal, ...destroy, ...kernel };
  const began = Date.now();
  const { report, volume, kernel: guest } = await runPlan(plan, options);
  console.endProgress();
  if (flags.save) {
    const result = resultOf(report, volume);
    const kept = {
      title: plan.name === '' ? basename(file) : plan.name,
      plan: flags.kernel === undefined ? text : textInSandbox(text, named(flags.kernel)),
      began,
      result,
      untorn: projectVersion(),
      guest,
    };
    console.say(`kept as ${(await keepRun(openRunStore(runsFolder()), kept)).id}`);
  }
  if (flags.json) console.printJson(reportJson(report));
  else printReport(plan, report, volume, console);
  return report.match ? exitCodes.done : exitCodes.differs;
}

/** A path as it is found from anywhere. */
function named(kernel: string): string {
  return kernel.includes('/') ? resolve(kernel) : kernel;
}

/** The JSON of a run: `disturbed` only where something was. */
function reportJson({ disturbed, doubts: _, differences, ...rest }: RunReport) {
  const described = differences.map((difference) => ({ ...difference, text: differenceText(difference) }));
  return { ...rest, differences: described, ...(disturbed.length === 0 ? {} : { disturbed }) };
}

/** A run for a person: steps, every file's extents predicted beside actual, differences, and one line of verdict. */
export function printReport(plan: Plan, report: RunReport, volume: Volume | null, console: Console): void {
  const { predicted, actual, differences } = report;
  const { paint } = console;
  console.print(headline(plan, predicted, volume, paint));
  console.print();
  for (const line of stepLines(plan.steps, predicted.steps, actual.steps, paint)) console.print(line);
  for (const file of filesOf(report)) {
    console.print();
    for (const line of layoutLines(file, volume?.blockBytes ?? 512, paint)) console.print(line);
  }
  console.print();
  for (const difference of differences.slice(0, 20)) console.print(printable(differenceText(difference)));
  if (differences.length > 20) console.print(`… ${differences.length - 20} more differences; --json has all`);
  if (report.trace) {
    for (const line of traceLines(report.trace, volume, paint)) console.print(line);
    console.print();
  }
  for (const line of versusLines(plan, report, paint)) console.print(line);
  for (const line of uncertainLines(predicted)) console.print(line);
  for (const line of unwatchedLines(report, paint)) console.print(line);
  console.print(verdict(report, console));
}

/** What this way to the kernel does not show: a match needs none of it, a difference may come of it. */
function unwatchedLines({ match, unwatched = [] }: RunReport, paint: Paint): string[] {
  if (unwatched.length === 0) return [];
  if (match)
    return [
      paint('quiet', 'not everything was watched on this way (docs/privilege.md); the match stands without'),
    ];
  return ['not watched, so that it may be why:', ...unwatched.map((text) => `  ${text}`)];
}

/** What an allocator that no kernel runs would have answered. */
function versusLines({ steps }: Plan, { versus }: RunReport, paint: Paint): string[] {
  if (!versus) return [];
  const title = paint('strong', `${versus.allocator}, which no kernel runs, would have answered`);
  return [title, '', ...stepLines(steps, versus.steps, null, paint), ''];
}

function filesOf({ predicted, actual }: RunReport): FileReport[] {
  const names = new Set([...Object.keys(predicted.files), ...Object.keys(actual.files)]);
  return [...names].map((name) => ({
    name,
    predicted: predicted.files[name] ?? null,
    actual: actual.files[name] ?? null,
  }));
}

function verdict({ predicted, actual, match, differences, disturbed }: RunReport, console: Console): string {
  const { paint } = console;
  const note = profileNote(predicted);
  if (disturbed.length > 0)
    return paint('bad', printable(`disturbed, so it does not count: ${disturbed.join('; ')}`));
  if (!match)
    return paint(
      'bad',
      `differ: ${counted(differences.length, 'difference')} between prediction and kernel${note}`,
    );
  const extents = Object.values(actual.files).reduce((sum, file) => {
    return sum + ('extents' in file ? (file.extents?.length ?? 0) : 0);
  }, 0);
  const layouts = Object.values(predicted.files).some((file) => 'extents' in file && file.extents === null)
    ? 'layouts are not predicted here'
    : `${counted(extents, 'extent')} of ${counted(Object.keys(actual.files).length, 'file')}`;
  return paint(
    'good',
    `match: prediction and kernel agree on ${counted(actual.steps.length, 'step')}; ${layouts}${note}`,
  );
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
