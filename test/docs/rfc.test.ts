import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlanText } from '../../core/experiment/plan.ts';
import { setLines } from '../../main/cli/report/versus.ts';
import { predictPlan, predictVersus, type Versus } from '../../main/predict/index.ts';
import { whyNotMke2fs } from '../support/machine.ts';
import { pictureOf } from './picture.ts';

/**
 * docs/rfc.md says what predict says: its pictures and tables stand between marks and are made anew here. With UPDATE_DOCS=1
 * they are written, else compared. They hold for filesystems as mke2fs 1.47.0 makes them.
 */
const page = new URL('../../docs/rfc.md', import.meta.url);
const examples = new URL('../../examples/', import.meta.url);
const text = readFileSync(page, 'utf8');
const blocks = [...text.matchAll(/<!-- (picture|answers|table): (.+?) -->\n\n```text\n([\s\S]*?)\n```/g)].map(
  ([whole, kind, names, content]) => ({
    whole,
    kind: kind ?? '',
    names: (names ?? '').split(' '),
    content: content ?? '',
  }),
);
const allocators = ['rfc-2023-11', 'linux-6.18'];
const reason = whyNotMke2fs('1.47.0');

async function versusOf(name: string): Promise<Versus> {
  const plan = parsePlanText(readFileSync(new URL(`${name}.json`, examples), 'utf8'));
  const { target } = plan;
  const settled = { ...target, cpus: target.cpus ?? 2, rotational: target.rotational ?? false };
  return predictVersus({ ...plan, name, target: settled }, allocators, null, {});
}

async function contentOf(kind: string, names: readonly string[]): Promise<string> {
  const [first = ''] = names;
  if (kind === 'picture') return pictureOf(await versusOf(first));
  if (kind === 'answers') return answersOf(first);
  const all: Versus[] = [];
  for (const name of names) all.push(await versusOf(name));
  return setLines(all, (_style, line) => line)
    .slice(2)
    .join('\n')
    .replaceAll('\u00a0', ' ');
}

/** Results alone, where no layout is predicted (XFS). */
async function answersOf(name: string): Promise<string> {
  const plan = parsePlanText(readFileSync(new URL(`${name}.json`, examples), 'utf8'));
  const { outcome } = await predictPlan(plan);
  return plan.steps
    .flatMap((step, index) => {
      if (step.op !== 'write') return [];
      const { result, errno } = outcome.steps[index] ?? { result: -1 };
      const asked = `${step.length / 1024} KiB at ${step.offset / 1024} KiB${step.atomic ? ', atomic' : ''}`;
      return [`${asked.padEnd(26)}${errno ?? String(result)}`];
    })
    .join('\n');
}

describe.skipIf(reason)(`docs/rfc.md${reason ? ` (${reason})` : ''}`, () => {
  it('has a picture for every question of the thread', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(15);
  });

  if (process.env['UPDATE_DOCS'] === '1') {
    it('is written', async () => {
      let written = text;
      for (const { whole, kind, names, content } of blocks) {
        const made = await contentOf(kind, names);
        const fence = '```text\n';
        written = written.replace(whole, () =>
          whole.replace(`${fence}${content}\n`, () => `${fence}${made}\n`),
        );
      }
      writeFileSync(page, written);
    });
  } else {
    it.each(blocks)('$kind: $names', async ({ kind, names, content }) => {
      expect(content).toBe(await contentOf(kind, names));
    });
  }
});
