import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { divergenceLines } from '../../core/experiment/decisions/index.ts';
import { generatePlan, type PlanProfileName } from '../../core/experiment/generate/index.ts';
import { parsePlan, parsePlanText, type Plan } from '../../core/experiment/plan.ts';
import { runPlan, type TraceReport } from '../../main/run/index.ts';
import { whyNotRoot } from '../support/machine.ts';

/**
 * The mirror decides as the kernel's own tracepoints say: every request, goal, criterion and result, in their order.
 * `npm run fuzz -- --trace` goes beyond these few plans.
 */
const tracing = '/sys/kernel/tracing';
const events = path.join(tracing, 'events/ext4/ext4_request_blocks');
const reason = whyNotRoot() || (existsSync(events) ? false : `skipped: no tracepoints of ext4 at ${tracing}`);

/** Instances that a lab left behind: nothing points to its work folder any more. */
function forgottenInstances(): string[] {
  return readdirSync(path.join(tracing, 'instances')).filter((name) => {
    const token = /^(untorn-\w{6})(?:-decisions)?$/.exec(name)?.[1];
    return token !== undefined && !existsSync(path.join('/run/untorn', token));
  });
}

async function traceOf(plan: Plan): Promise<TraceReport> {
  const { report } = await runPlan(plan, { trace: true });
  expect(report.differences).toEqual([]);
  expect(forgottenInstances()).toEqual([]);
  if (!report.trace) throw new Error('a run that was asked for its trace gives it');
  return report.trace;
}

function expectAgreement({ agree, lost, firstDivergence }: TraceReport): void {
  expect(firstDivergence ? divergenceLines(firstDivergence) : []).toEqual([]);
  expect({ agree, lost }).toEqual({ agree: true, lost: 0 });
}

describe.skipIf(reason)(`decisions of mirror and kernel${reason ? ` (${reason})` : ''}`, () => {
  it('agree on the example of database pages, and say where each page came from', async () => {
    const text = readFileSync(new URL('../../examples/database-pages.json', import.meta.url), 'utf8');
    const trace = await traceOf(parsePlanText(text));
    expectAgreement(trace);
    const [write] = trace.steps[1]?.actual ?? [];
    expect(write).toMatchObject({ kind: 'allocation', preallocation: 'miss', kept: [{ for: 'file' }] });
    expect(trace.steps[1]?.predicted[0]).toMatchObject({ reasons: { normalisedBy: 'predicted-size' } });
  });

  const plans: [PlanProfileName, number][] = [
    ['direct-many-files', 200000],
    ['bigalloc-16k', 200101],
    ['overwrite', 200000],
    ['sparse', 200000],
    ['indirect', 200100],
  ];
  it.each(plans)('agree on a random plan (%s, seed %i)', async (profile, seed) => {
    expectAgreement(await traceOf(parsePlan(generatePlan(profile, seed))));
  });

  it('are recorded without loss where thousands are made without a pause', async () => {
    const plan = parsePlan({
      version: 1,
      target: { kind: 'loop', size: '256MiB', mkfs: { fs: 'ext4', args: [] } },
      steps: [{ op: 'many', prefix: 'm', count: 4000, length: 4096, how: 'fallocate' }],
    });
    const trace = await traceOf(plan);
    expectAgreement(trace);
    expect(trace.steps[0]?.actual.length).toBeGreaterThan(4000);
  });
});
