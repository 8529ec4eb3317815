import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../core/experiment/decisions/index.ts';
import { parsePlan } from '../../../core/experiment/plan.ts';
import type { TraceReport } from '../../run/index.ts';
import { paintFor } from '../style.ts';
import { explanationLines, traceLines } from './decisions.ts';

const paint = paintFor({ isTTY: false });
const plan = parsePlan({
  version: 1,
  target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: [] } },
  steps: [
    { op: 'create', file: 'a' },
    { op: 'truncate', file: 'a', size: 0 },
  ],
});
const free: Decision = {
  kind: 'free',
  ino: 12,
  physical: 99,
  lengthBlocks: 2,
  flags: ['FORGET'],
  pieces: [],
};
const none = { predicted: [], actual: [] };

describe('the explanation of a prediction', () => {
  it('names the steps that decided something, and only those', () => {
    const lines = explanationLines(plan, { mount: [], steps: [[], [free]], layouts: [] }, null, paint);
    expect(lines).toEqual([
      '',
      'step 1: truncate a to 0 B',
      '  free 99..100 of inode 12',
      '    how             FORGET',
    ]);
  });

  it('shows the first of many', () => {
    const many = Array.from({ length: 25 }, () => free);
    const lines = explanationLines(plan, { mount: many, steps: [[], []], layouts: [] }, null, paint);
    expect(lines[1]).toBe('the mount');
    expect(lines.at(-1)).toBe('  … 5 more decisions; --json has all');
  });
});

describe('the trace of a run', () => {
  const report: TraceReport = {
    agree: true,
    lost: 0,
    firstDivergence: null,
    states: 1,
    mount: none,
    steps: [none, { predicted: [free], actual: [free] }],
    layouts: none,
  };

  it('is one line where both sides agree', () => {
    expect(traceLines(report, null, paint)).toEqual(['the traces agree on 1 decision']);
  });

  it('says that memory may have been in another state', () => {
    expect(traceLines({ ...report, states: 3 }, null, paint)).toEqual([
      'the traces agree on 1 decision, in one of 3 states that memory may have been in',
    ]);
  });

  it('tells what was lost, and where the two part', () => {
    const firstDivergence = {
      step: 1,
      decision: 0,
      fields: [],
      predicted: free,
      actual: null,
      raced: false,
    };
    expect(traceLines({ ...report, agree: false, lost: 7, firstDivergence }, null, paint)).toEqual([
      "the kernel's trace lost 7 events",
      'first diverging decision: step 1, decision 0',
      'predicted:',
      '  free 99..100 of inode 12',
      '    how             FORGET',
      'the kernel: no decision',
    ]);
  });
});
