import { Unable } from '../../failure.ts';
import { predictPlan, type Prediction } from '../../predict/index.ts';
import type { Outcome } from '../../../core/experiment/outcome.ts';
import type { Plan } from '../../../core/experiment/plan.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { withKernel, type KernelFlags } from '../kernel-flags.ts';
import { readPlanFile } from '../plan-file.ts';
import { explanationLines } from '../report/decisions.ts';
import { layoutLines } from '../report/layout.ts';
import { headline, profileNote } from '../report/headline.ts';
import { stepLines } from '../report/steps.ts';

export interface PredictFlags extends KernelFlags {
  readonly allocator?: string;
  readonly json?: boolean;
  readonly image?: string;
  readonly explain?: boolean;
}

/** `untorn predict PLAN [--allocator A] [--kernel KERNEL [--modules FOLDER]] [--image IMG] [--explain] [--json]` */
export async function predictCommand(
  file: string,
  flags: PredictFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { plan: written, folder } = await readPlanFile(file);
  const named = flags.allocator === undefined ? written : { ...written, allocator: flags.allocator };
  const { plan, ...kernel } = withKernel(named, flags);
  const { onProgress } = console;
  const image = flags.image === undefined ? {} : { image: flags.image };
  const explain = flags.explain ?? false;
  const work = { planFolder: folder, explain, onProgress, signal, ...image, ...kernel };
  const prediction = await predictPlan(plan, work);
  const { outcome, decisions } = prediction;
  if (explain && !decisions)
    throw new Unable("this target's allocator is not modelled, so there is nothing to explain");
  console.endProgress();
  if (flags.json) console.printJson(decisions ? { ...outcome, explain: decisions[0] } : outcome);
  else printPrediction(plan, prediction, console);
  return exitCodes.done;
}

/** A prediction for a person. */
export function printPrediction(plan: Plan, prediction: Prediction, console: Console): void {
  const { outcome, volume, decisions } = prediction;
  const { paint } = console;
  console.print(headline(plan, outcome, volume, paint));
  console.print();
  for (const line of stepLines(plan.steps, outcome.steps, null, paint)) console.print(line);
  const explanation = decisions ? explanationLines(plan, decisions[0], volume, paint) : [];
  for (const line of explanation) console.print(line);
  for (const [name, layout] of Object.entries(outcome.files)) {
    console.print();
    const lines = layoutLines({ name, predicted: layout }, volume?.blockBytes ?? 512, paint);
    for (const line of lines) console.print(line);
  }
  console.print();
  const refused = outcome.steps.filter(({ result }) => result === -1).length;
  const files = Object.keys(outcome.files).length;
  console.print(
    `predicted: ${count(outcome.steps.length, 'step')}, ${refused} of them refused, ${count(files, 'file')}${profileNote(outcome)}`,
  );
  for (const line of uncertainLines(outcome)) console.print(line);
}

/** What a person should know about the uncertain parts, if there are any. */
export function uncertainLines({ uncertain }: Outcome): string[] {
  if (!uncertain) return [];
  const { because, within } = uncertain;
  const blocks = within.reduce((sum, { length }) => sum + length, 0);
  return [
    `not all of it is certain: what is not lies within ${blocks} blocks in ${count(within.length, 'range')} (see --json)`,
    ...because.map((reason) => `  ${reason}`),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
