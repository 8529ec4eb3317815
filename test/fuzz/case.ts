import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { differenceText } from '../../core/experiment/compare.ts';
import type { Trial } from './trial.ts';

/** Writes a difference as a test case: a folder with the plan, what the kernel did and what was predicted. */
export function writeCase(parent: string, name: string, trial: Trial): string {
  const folder = path.join(parent, name);
  mkdirSync(folder, { recursive: true });
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text);
  write('plan.json', `${JSON.stringify(trial.plan, null, 2)}\n`);
  write('expected.json', `${JSON.stringify(trial.actual, null, 2)}\n`);
  write('predicted.json', `${JSON.stringify(trial.predicted, null, 2)}\n`);
  write(
    'differences.txt',
    [`kernel ${os.release()}`, ...trial.differences.map(differenceText), ''].join('\n'),
  );
  return folder;
}
