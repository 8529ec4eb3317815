import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decisionLines, divergenceLines, type Decision } from '../../core/experiment/decisions/index.ts';
import { differenceText } from '../../core/experiment/compare.ts';
import type { DecisionPair, TraceReport } from '../../main/run/index.ts';
import type { Trial } from './trial.ts';

/** Writes a difference as a test case: a folder with the plan, what the kernel did and what was predicted. */
export function writeCase(parent: string, name: string, trial: Trial, release = os.release()): string {
  const folder = path.join(parent, name);
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  write('plan.json', `${JSON.stringify(trial.plan, null, 2)}\n`);
  write('expected.json', `${JSON.stringify(trial.actual, null, 2)}\n`);
  write('predicted.json', `${JSON.stringify(trial.predicted, null, 2)}\n`);
  write(
    'differences.txt',
    [`kernel ${release}`, ...trial.differences.map((difference) => differenceText(difference)), ''].join(
      '\n',
    ),
  );
  if (trial.trace) write('trace.txt', traceText(trial.trace, trial.clusterBlocks, release));
  return folder;
}

/** What was decided up to the step in which the two sides part, that step on both sides, and where they part. */
function traceText(trace: TraceReport, clusterBlocks: number, release: string): string {
  const lines = (decisions: readonly Decision[]) =>
    decisions.flatMap((decision) => decisionLines(decision, clusterBlocks));
  const { firstDivergence, lost } = trace;
  const sections: readonly (readonly [number | string, DecisionPair])[] = [
    ['mount', trace.mount],
    ...trace.steps.map((pair, index) => [index, pair] as const),
    ['layouts', trace.layouts],
  ];
  const parting = sections.findIndex(([name]) => name === firstDivergence?.step);
  const agreed = parting < 0 ? sections : sections.slice(0, parting);
  const [name, pair] = sections[parting] ?? ['', null];
  const text = [
    `kernel ${release}, ${lost} events lost`,
    ...agreed.flatMap(([step, { predicted }]) => {
      return predicted.length === 0 ? [] : ['', `both, ${sectionName(step)}:`, ...lines(predicted)];
    }),
    ...(pair ? ['', `predicted, ${sectionName(name)}:`, ...lines(pair.predicted)] : []),
    ...(pair ? ['', `the kernel, ${sectionName(name)}:`, ...lines(pair.actual)] : []),
    '',
    ...(firstDivergence ? divergenceLines(firstDivergence, clusterBlocks) : ['no decision diverges']),
  ];
  return `${text.join('\n')}\n`;
}

function sectionName(step: number | string): string {
  return typeof step === 'number' ? `step ${step}` : step;
}
