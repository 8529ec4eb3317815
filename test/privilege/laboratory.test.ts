/** Shutdowns and crash states on this kernel as an ordinary user. */
import { chmodSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ShutdownResult } from '../../core/torn/index.ts';
import type { CrashReport } from '../../main/torn/crash/index.ts';
import { Sandbox, whyNotBuilt, type Running } from '../cli/untorn.ts';
import { whyNotProgram } from '../support/machine.ts';
import { whyNotRecorder } from '../support/recorder.ts';
import { allowHelper, nobody, whyNoUser } from './user.ts';

/** The full figures: `UNTORN_SHUTDOWN_ROUNDS=50 npx vitest run test/privilege/laboratory.test.ts`. */
const rounds = Number(process.env['UNTORN_SHUTDOWN_ROUNDS'] ?? 3);
const reason = whyNoUser() || whyNotBuilt() || whyNotProgram('mkfs.xfs');
const crashReason = reason || whyNotRecorder() || whyNotProgram('fusermount3');

let stage: Sandbox;
let takeBack: () => void = () => undefined;

function use(): void {
  beforeAll(() => {
    takeBack = allowHelper();
  });
  afterAll(() => takeBack());
  beforeEach(() => {
    stage = new Sandbox();
    chmodSync(stage.folder, 0o777);
    chmodSync(stage.temp, 0o1777);
  });
  afterEach(() => {
    expect(stage.leftBehind()).toEqual([]);
    stage.remove();
  });
}

function start(...args: string[]): Running {
  const environment = { UNTORN_PRIVILEGE: 'sudo', XDG_STATE_HOME: `${stage.folder}/state` };
  return stage.start(args, { uid: nobody.uid, environment });
}

describe.skipIf(reason)(`a filesystem shut down for an ordinary user${reason ? ` (${reason})` : ''}`, () => {
  use();

  it.each([
    ['ext4', ['--fs', 'ext4']],
    ['ext4, unwritten', ['--fs', 'ext4', '--start', 'unwritten', '--unit', '4KiB']],
    ['XFS, RWF_ATOMIC', ['--fs', 'xfs', '--atomic']],
  ])(
    `of %s keeps what was acknowledged, in ${rounds} rounds`,
    async (_name, args) => {
      const { code, stdout, stderr } = await start(
        'torn',
        'shutdown',
        ...args,
        '--rounds',
        String(rounds),
        '--json',
      ).answer;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const result = JSON.parse(stdout) as ShutdownResult;
      expect(result).toMatchObject({ verdict: 'untorn', interrupted: false });
      expect(result.rounds).toHaveLength(rounds);
      const acknowledged = result.rounds.reduce((sum, round) => sum + round.acknowledged, 0);
      expect(acknowledged).toBeGreaterThan(0);
    },
    600_000,
  );
});

describe.skipIf(crashReason)(
  `crash states for an ordinary user${crashReason ? ` (${crashReason})` : ''}`,
  () => {
    use();

    const crashPlan = (fs: 'ext4' | 'xfs', atomic: boolean): string =>
      stage.write('crash.json', {
        version: 1,
        target: { kind: 'loop', size: '320MiB', mkfs: { fs } },
        files: [{ file: 'a', unit: '16KiB', units: 4 }],
        writes: { count: 8, atomic },
        states: 60,
      });

    it.each([
      ['ext4', 'ext4', false, 'faulty', 'memory'],
      ['XFS', 'xfs', false, 'faulty', 'mount'],
      ['XFS, RWF_ATOMIC', 'xfs', true, 'sound', 'mount'],
    ] as const)('of %s are found as root finds them', async (_name, fs, atomic, verdict, how) => {
      const { stdout, stderr } = await start('torn', 'crash', crashPlan(fs, atomic), '--json').answer;
      const report = JSON.parse(stdout || `{"stderr":${JSON.stringify(stderr)}}`) as CrashReport;
      expect(report).toMatchObject({ verdict, check: { how }, crossCheck: { differences: [] } });
      expect(report.crossCheck.agreed).toBe(report.crossCheck.states);
      expect(report.crossCheck.states).toBeGreaterThan(0);
    });

    it('leave nothing within two seconds when the check is killed', async () => {
      const running = start('torn', 'crash', crashPlan('xfs', false));
      // The recorder's mount, its loop device, and the filesystem on that.
      const inUse = (): string[] => stage.leftBehind().filter((name) => name.includes('/'));
      await expect
        .poll(() => inUse().filter((name) => name.includes('/states')).length, { timeout: 60_000 })
        .toBe(2);
      running.process.kill('SIGKILL');
      await expect.poll(inUse, { timeout: 2000, interval: 20 }).toEqual([]);
      expect((await start('clean').answer).code).toBe(0);
    });
  },
);
