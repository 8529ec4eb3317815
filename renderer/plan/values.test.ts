import { expect, it } from 'vitest';
import type { FormField } from '../../core/experiment/plan/form.ts';
import { stepForms, targetForms } from '../../core/experiment/plan/form.ts';
import { parsePlan } from '../../core/experiment/plan.ts';
import { beginningOfGroup, textOf, valueOf } from './values.ts';

const field = (takes: FormField['takes'], required = false): FormField => ({
  name: 'x',
  required,
  preset: undefined,
  takes,
});

it('reads sizes as numbers where they are numbers', () => {
  const size = field({ kind: 'size' }, true);
  expect(['4096', '16KiB', ' 0 ', 'x', '007'].map((text) => valueOf(text, size))).toEqual([
    4096,
    '16KiB',
    0,
    'x',
    '007',
  ]);
  expect(valueOf('', field({ kind: 'size' }))).toBeUndefined();
});

it('keeps the words of a list, also with spaces in them', () => {
  const words = field({ kind: 'words' });
  const args = ['-L', 'my "own" disk', '-b', '4096'];
  expect(valueOf(textOf(args, words.takes), words)).toEqual(args);
  expect(valueOf('  ', words)).toBeUndefined();
});

it('begins every step and every target but those with a path as the plan format wants them', () => {
  for (const [op, fields] of Object.entries(stepForms)) {
    const step = { op, ...beginningOfGroup(fields) };
    const target = { kind: 'loop', ...beginningOfGroup(targetForms.loop) };
    expect(parsePlan({ version: 1, target, steps: [step] }).steps).toHaveLength(1);
  }
});
