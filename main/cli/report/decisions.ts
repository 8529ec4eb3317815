import {
  decisionLines,
  divergenceLines,
  type Decision,
  type DecisionTrace,
} from '../../../core/experiment/decisions/index.ts';
import type { Plan } from '../../../core/experiment/plan.ts';
import type { Volume } from '../../../core/rpc/index.ts';
import { stepDetail, stepFile } from '../../../core/view/index.ts';
import type { TraceReport } from '../../run/index.ts';
import type { Paint } from '../style.ts';
import { printable } from '../table.ts';

/** A step that ages the filesystem makes thousands of decisions, all alike. */
const decisionsMax = 20;

/** Every step that made the allocator decide something, with what it decided and why. */
export function explanationLines(
  plan: Plan,
  trace: DecisionTrace,
  volume: Volume | null,
  paint: Paint,
): string[] {
  const lines = (title: string, decisions: readonly Decision[]) =>
    decisions.length === 0 ? [] : ['', paint('strong', title), ...sectionLines(decisions, volume, paint)];
  return [
    ...lines(plan.target.kind === 'mounted' ? 'the directory of the plan' : 'the mount', trace.mount),
    ...plan.steps.flatMap((step, index) => {
      const detail = stepDetail(step).replaceAll('\u00a0', ' ').replaceAll('\u2009', ' ');
      const title = `step ${index}: ${step.op} ${printable(stepFile(step))} ${detail}`.trimEnd();
      return lines(title, trace.steps[index] ?? []);
    }),
    ...lines('the layouts at the end', trace.layouts),
  ];
}

/** Whether the kernel decided as predicted; where not, the first decision in which the two part. */
export function traceLines(trace: TraceReport, volume: Volume | null, paint: Paint): string[] {
  const { firstDivergence, lost, states } = trace;
  const missing = lost === 0 ? [] : [paint('bad', `the kernel's trace lost ${counted(lost, 'event')}`)];
  if (firstDivergence) return [...missing, ...divergenceLines(firstDivergence, clusterBlocks(volume))];
  const parts = [trace.mount, ...trace.steps, trace.layouts];
  const decisions = parts.reduce((sum, { actual }) => sum + actual.length, 0);
  const what = lost === 0 ? 'the traces agree' : 'what was recorded agrees';
  const which = states > 1 ? `, in one of ${states} states that memory may have been in` : '';
  return [...missing, `${what} on ${counted(decisions, 'decision')}${which}`];
}

function sectionLines(decisions: readonly Decision[], volume: Volume | null, paint: Paint): string[] {
  const shown = decisions.slice(0, decisionsMax).flatMap((decision) => {
    const [headline = '', ...details] = decisionLines(decision, clusterBlocks(volume));
    return [`  ${headline}`, ...details.map((line) => paint('quiet', `  ${line}`))];
  });
  const rest = decisions.length - decisionsMax;
  return rest > 0 ? [...shown, `  … ${rest} more decisions; --json has all`] : shown;
}

function clusterBlocks(volume: Volume | null): number {
  return volume ? volume.clusterBytes / volume.blockBytes : 1;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
