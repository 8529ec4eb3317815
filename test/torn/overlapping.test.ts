import { afterEach, describe, expect, it } from 'vitest';
import { parseCrashPlan, type CrashPlanInput } from '../../core/torn/crash/index.ts';
import { crashCheck, type CrashReport } from '../../main/torn/crash/index.ts';
import { traces, usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { whyNotRecorder } from '../support/recorder.ts';

const temp = usePrivateTemp();
afterEach(() => expect(traces(temp())).toEqual([]));

const reason = whyNotRoot() || whyNotProgram('mkfs.xfs') || whyNotRecorder();

/** Whether two writes meet is a matter of moments: so many runs are tried, and where none shows it, that is said. */
const most = Number(process.env['UNTORN_OVERLAP_RUNS'] ?? 6);

/** Four writers on units of 64 KiB of XFS, with RWF_ATOMIC, on a disk that keeps every request whole. */
function planOf(seed: number, overlapping: boolean): CrashPlanInput {
  return {
    version: 1,
    target: { kind: 'loop', size: '300MiB', mkfs: { fs: 'xfs' } },
    files: [{ file: 'a', unit: '64KiB', units: overlapping ? 1 : 4 }],
    writes: { count: overlapping ? 80 : 24, atomic: true, depth: 4, lengths: ['4KiB', '64KiB'], overlapping },
    drive: { atomicUnit: '64KiB' },
    states: overlapping ? 300 : 120,
    seed,
  };
}

describe.skipIf(reason)(`atomic writes of several lengths on XFS ${reason || ''}`, () => {
  it('stay whole where each unit has one writer at a time', async () => {
    const report = await crashCheck(parseCrashPlan(planOf(1, false)), { crossChecks: 2 });
    expect(report).toMatchObject({ verdict: 'sound', sensitivity: { seeded: 60, found: 60 } });
  }, 600_000);

  it('leave parts of each other where they overlap, which the report tells from a tear', async ({ skip }) => {
    const faulty: CrashReport[] = [];
    for (let seed = 1; seed <= most && faulty.length === 0; seed++) {
      const report = await crashCheck(parseCrashPlan(planOf(seed, true)), { crossChecks: 2 });
      expect(report).toMatchObject({ sensitivity: { seeded: 60, found: 60 }, crossCheck: { agreed: 2 } });
      if (report.verdict === 'faulty') faulty.push(report);
    }
    skip(faulty.length === 0, `in none of ${most} recordings two writes met that way`);
    const faults = faulty.flatMap(({ findings }) => findings.flatMap((finding) => finding.faults));
    expect(faults.length).toBeGreaterThan(0);
    for (const { verdict, text } of faults) {
      expect(['torn', 'mixed-writers']).toContain(verdict);
      expect(text).toMatch(/Generation \d+ was under way together with generations? \d/);
    }
  }, 1_800_000);
});
