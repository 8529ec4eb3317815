import type { ChildProcess } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  parseCrashPlan,
  readRecorderLog,
  type CrashPlan,
  type CrashPlanInput,
} from '../../core/torn/crash/index.ts';
import { removeLeftovers } from '../../main/lab/index.ts';
import { checkRecording, crashCheck } from '../../main/torn/crash/index.ts';
import { mountsIn, traces, usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { usePlanChildren } from '../support/plan-children.ts';
import { whyNotRecorder } from '../support/recorder.ts';
import { agreement } from './agreement.ts';
import { metadataTargets } from './metadata-work.ts';

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotProgram('mkfs.ext4') || whyNotRecorder();
const xfsReason = reason || whyNotProgram('mkfs.xfs');

type Target = CrashPlanInput['target'];
const xfs: Target = { kind: 'loop', size: '300MiB', mkfs: { fs: 'xfs' } };
const bigalloc: Target = {
  kind: 'loop',
  size: '128MiB',
  mkfs: { fs: 'ext4', args: ['-b', '4096', '-O', 'bigalloc', '-C', '16384'] },
};

function planOn(target: Target, changes: Partial<CrashPlanInput> = {}): CrashPlan {
  const files = [{ file: 'a', unit: '16KiB', units: 4 }];
  return parseCrashPlan({ version: 1, target, files, writes: { count: 16 }, states: 300, ...changes });
}

describe.skipIf(xfsReason)(`crash states of XFS${xfsReason ? ` (${xfsReason})` : ''}`, () => {
  it('hold no torn unit where writes are atomic, and torn ones where the same writes are plain', async () => {
    const atomic = await crashCheck(planOn(xfs, { writes: { count: 16, atomic: true } }));
    expect(atomic).toMatchObject({
      verdict: 'sound',
      sensitivity: { seeded: 60, found: 60 },
      states: { distinct: 300, faulty: 0, unusable: 0 },
      crossCheck: { states: 20, agreed: 20 },
    });
    expect(atomic.states.withCut).toBeGreaterThan(100);
    expect(atomic.check.recoveries).toBeLessThan(atomic.states.checked);
    const plain = await crashCheck(planOn(xfs));
    expect(plain).toMatchObject({
      verdict: 'faulty',
      sensitivity: { found: 60 },
      crossCheck: { agreed: 20 },
    });
    expect(plain.findings[0]?.faults[0]?.verdict).toBe('torn');
    expect(plain.findings[0]?.explanation[0]).toMatch(
      /^write \d+ \(16384 bytes .*, generation \d+\): of its 32 sectors only/,
    );
  });
});

describe.skipIf(reason)(`crash states of ext4${reason ? ` (${reason})` : ''}`, () => {
  it('are torn on bigalloc where writes are plain; a finding can be asked for again', async () => {
    const keep = path.join(temp(), 'kept');
    const report = await crashCheck(planOn(bigalloc, { name: 'plain' }), { keep });
    expect(report).toMatchObject({
      verdict: 'faulty',
      sensitivity: { found: 60 },
      crossCheck: { agreed: 20 },
    });
    const [first] = report.findings;
    if (!first) throw new Error('torn, without a finding');
    const plan = parseCrashPlan(JSON.parse(readFileSync(path.join(keep, 'plan.json'), 'utf8')));
    const again = await checkRecording(plan, keep, { state: first.state, crossChecks: 1 });
    expect(again.findings).toEqual([first]);
    expect(again.crossCheck).toMatchObject({ states: 1, agreed: 1 });
    await expect(checkRecording(plan, keep, { state: '9999:' })).rejects.toThrow(/has no such state/);
    await expect(crashCheck(plan, { keep })).rejects.toThrow(/is there already/);

    // The same log on a drive that keeps writes of a unit whole, and on one that keeps half a unit whole.
    const on = (atomicUnitBytes: number) => ({ ...plan, drive: { ...plan.drive, atomicUnitBytes } });
    const whole = await checkRecording(on(16384), keep, { crossChecks: 0 });
    expect(whole).toMatchObject({ verdict: 'sound', states: { faulty: 0 }, crossCheck: { states: 0 } });
    expect(whole.states.distinct).toBeGreaterThan(20);
    expect(await checkRecording(on(8192), keep, { crossChecks: 0 })).toMatchObject({ verdict: 'faulty' });

    // A recorder that was killed leaves half a record at the end.
    const log = path.join(keep, 'log');
    const before = readRecorderLog(readFileSync(log)).positions;
    truncateSync(log, readFileSync(log).length - 5);
    expect(readRecorderLog(readFileSync(log))).toMatchObject({ positions: before - 1, cutBytes: 43 });
    expect(await checkRecording(plan, keep, { crossChecks: 0 })).toMatchObject({ verdict: 'faulty' });
    appendFileSync(log, 'more');
    rmSync(path.join(keep, 'base'));
    await expect(checkRecording(plan, keep)).rejects.toThrow(/there is no file .*base/);
    rmSync(keep, { recursive: true });
  });

  it('keep what was acknowledged only where it was promised', async () => {
    const dsync = await crashCheck(planOn(bigalloc, { drive: { atomicUnit: '1MiB' }, states: 200 }));
    expect(dsync.verdict).toBe('sound');
    const none = await crashCheck(
      planOn(bigalloc, {
        drive: { atomicUnit: '1MiB' },
        states: 200,
        writes: { count: 16, sync: 'none', depth: 4 },
      }),
    );
    expect(none.verdict).toBe('sound');
    expect(none.sensitivity.leftOut).toEqual([
      'lost-write: acknowledged writes are not promised without a sync',
    ]);
  });

  it.each(Object.keys(metadataTargets))(
    'agree in memory and mounted, whatever the journal carries: %s',
    async (target) => {
      const { differences, replayed, withCut } = await agreement(target, 3, 60);
      expect(differences).toEqual([]);
      expect(replayed).toBeGreaterThan(10);
      expect(withCut).toBeGreaterThan(0);
    },
  );
});

describe.skipIf(reason)(`what a crash check leaves behind${reason ? ` (${reason})` : ''}`, () => {
  const { start, end, ownLeftovers } = usePlanChildren(temp);
  const files = [{ file: 'a', unit: '16KiB', units: 4 }];
  const plan = { version: 1, target: bigalloc, files, writes: { count: 100_000 } };
  const startCheck = (): Promise<ChildProcess> => start('crash', plan, 'writing 20');

  it('is nothing after SIGINT', async () => {
    await end(await startCheck(), 'SIGINT');
    expect(traces(temp())).toEqual(['plan.json']);
  });

  it('is found and removed after kill -9, the recorder too', async () => {
    await end(await startCheck(), 'SIGKILL');
    expect(mountsIn(temp())).toHaveLength(2);
    expect(recorders()).toHaveLength(1);
    await removeLeftovers(await ownLeftovers());
    expect(traces(temp())).toEqual(['plan.json']);
    await expect.poll(recorders, { timeout: 10_000 }).toEqual([]);
  });

  it('is found and removed after the recorder itself was killed', async () => {
    const child = await startCheck();
    child.kill('SIGSTOP');
    for (const pid of recorders()) process.kill(pid, 'SIGKILL');
    await end(child, 'SIGKILL');
    await removeLeftovers(await ownLeftovers());
    expect(traces(temp())).toEqual(['plan.json']);
  });
});

/** Recorders over files in our temp directory. */
function recorders(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      return line.includes('untorn-recorder') && line.includes(`${temp()}/`) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
