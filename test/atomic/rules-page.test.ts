import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rfcRules, rules, type Rule } from '../../core/atomic/index.ts';
import { parseKernelRelease } from '../../core/atomic/index.ts';

/**
 * docs/atomic-rules.md and the rules say the same: its two tables are what this test makes of them. Written anew with
 * UNTORN_WRITE_DOCS=1 npx vitest run test/atomic/rules-page
 */
const page = path.join(import.meta.dirname, '../../docs/atomic-rules.md');
const writes = process.env['UNTORN_WRITE_DOCS'] === '1';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('_', '\\_').replaceAll('*', '\\*');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function kernels({ since, until }: Rule): string {
  return until === undefined ? since : `${since}, until ${until}`;
}

function ruleTable(): string {
  const lines = Object.entries<Rule>(rules).map(([id, rule]) =>
    row([
      `\`${id}\``,
      rule.layer,
      rule.effect,
      cell(rule.text),
      kernels(rule),
      `\`${rule.source.file}\`: \`${rule.source.function}\`${rule.standard === undefined ? '' : `; ${cell(rule.standard)}`}`,
    ]),
  );
  const head = ['rule', 'layer', 'effect', 'what it says', 'since', 'source'];
  return [row(head), row(head.map(() => '---')), ...lines].join('\n');
}

function rfcTable(): string {
  const lines = Object.entries(rfcRules).map(([id, { patch, effect, text, source }]) =>
    row([`\`${id}\``, String(patch), effect, cell(text), `\`${source.file}\`: \`${source.function}\``]),
  );
  const head = ['rule', 'patch', 'effect', 'what it says', 'source'];
  return [row(head), row(head.map(() => '---')), ...lines].join('\n');
}

/** The part between the two marks of a table. */
function between(text: string, name: string): { before: string; inside: string; after: string } {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  expect(from, `${page} has the mark ${begin}`).toBeGreaterThanOrEqual(0);
  expect(to, `${page} has the mark ${end}`).toBeGreaterThan(from);
  return {
    before: text.slice(0, from + begin.length),
    inside: text.slice(from + begin.length, to).trim(),
    after: text.slice(to),
  };
}

describe('docs/atomic-rules.md', () => {
  it.each([
    ['rules', ruleTable],
    ['rfc', rfcTable],
  ] as const)('has every rule of the table "%s" as the code has it', (name, table) => {
    const text = readFileSync(page, 'utf8');
    const { before, inside, after } = between(text, name);
    if (writes) writeFileSync(page, `${before}\n<!-- prettier-ignore -->\n${table()}\n${after}`);
    else expect(inside.replace('<!-- prettier-ignore -->\n', '')).toBe(table());
  });

  it('gives every rule a source and a kernel', () => {
    for (const [id, rule] of Object.entries<Rule>(rules)) {
      expect(parseKernelRelease(rule.since), id).not.toBeNull();
      expect(rule.source.file, id).toMatch(/^[a-z]+\/.*\.[ch]\b/);
      expect(rule.source.function, id).not.toBe('');
      if (rule.layer === 'NVMe' || rule.layer === 'SCSI') expect(rule.standard, id).toBeDefined();
    }
  });
});
