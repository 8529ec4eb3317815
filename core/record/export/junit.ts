import type { RunRecord } from '../record.ts';
import { markup } from './markup.ts';

interface Case {
  readonly suite: 'steps' | 'files';
  readonly name: string;
  /** Why it failed, one sentence each. */
  readonly failures: readonly string[];
}

/**
 * A run as JUnit's XML, for continuous integration: one case for each step and one for each file, failed where prediction
 * and kernel disagree. A disturbed run proves nothing: its cases are skipped, with the reason.
 */
export function recordToJunit(record: RunRecord): string {
  const { title, began, tookMs, result } = record;
  const cases = casesOf(record);
  const disturbed = result.disturbed.join('; ');
  const isSkipped = disturbed !== '';
  const failed = isSkipped ? 0 : cases.filter(({ failures }) => failures.length > 0).length;
  const rows = cases.map(({ suite, name, failures }) => {
    const verdict = isSkipped
      ? markup`<skipped message="${disturbed}"/>`
      : failures.map((text) => markup`<failure message="${text}"/>`);
    return markup`\n  <testcase classname="${suite}" name="${name}">${verdict}</testcase>`;
  });
  const skipped = isSkipped ? cases.length : 0;
  const suite = markup`<testsuite name="${title}" timestamp="${began}" time="${tookMs / 1000}" tests="${cases.length}" failures="${failed}" skipped="${skipped}">${rows}
</testsuite>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite.markup}\n`;
}

function casesOf({ result }: RunRecord): Case[] {
  const { predicted, actual, differences } = result;
  const names = new Set([...predicted.files, ...actual.files].map(({ file }) => file));
  const steps = actual.steps.map(({ op }, index): Case => {
    const failures = differences.filter(({ step }) => step === index).map(({ text }) => text);
    return { suite: 'steps', name: `${index} ${op}`, failures };
  });
  const files = [...names].map((name): Case => {
    const failures = differences.filter(({ step, file }) => step === null && file === name);
    return { suite: 'files', name, failures: failures.map(({ text }) => text) };
  });
  return [...steps, ...files];
}
