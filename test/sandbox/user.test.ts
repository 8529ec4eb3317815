/** The main job as an ordinary user, and what is left of it when it is ended in any way: nothing that runs. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../main/run/index.ts';
import { Sandbox as Stage } from '../cli/untorn.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { processesWith, publicCache, umlOrReason } from '../support/sandbox.ts';

const nobody = 65534;
const { kernel, reason: noUml } = umlOrReason();
const reason = noUml || whyNotRoot() || whyNotProgram('mkfs.ext4');
const example = path.resolve('examples/bigalloc-16k-sandbox.json');

describe.skipIf(reason)(`a sandbox of an ordinary user${reason ? ` (${reason})` : ''}`, () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-sandbox-'));
  let stage: Stage;
  let environment: Record<string, string>;

  beforeAll(() => {
    chmodSync(folder, 0o755);
    if (kernel) environment = { XDG_CACHE_HOME: publicCache(kernel, folder) };
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => {
    stage = new Stage();
    chmodSync(stage.folder, 0o755);
    chmodSync(stage.temp, 0o1777);
  });
  afterEach(() => stage.remove());

  function start(...args: string[]) {
    return stage.start(args, { uid: nobody, environment });
  }

  /** Nothing runs, nothing is mounted. */
  function remains() {
    return {
      processes: processesWith(`uml_dir=${stage.temp}`),
      mounts: readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .filter((line) => line.includes(stage.folder)),
    };
  }
  const nothing = { processes: [], mounts: [] };

  it('writes atomically on ext4 up to its clusters, exactly as predicted', async () => {
    const { code, stdout, stderr } = await start('run', example, '--json').answer;
    expect(stderr).toBe('');
    const { match, actual } = JSON.parse(stdout) as RunReport;
    expect(actual.steps.slice(2, 9).map(({ errno, result }) => errno ?? result)).toEqual([
      ...[4096, 8192, 16384],
      ...['EINVAL', 'EINVAL', 'EINVAL', 'EOPNOTSUPP'],
    ]);
    expect({ match, code }).toEqual({ match: true, code: 0 });
    expect(readdirSync(stage.temp)).toEqual([]);
    expect(remains()).toEqual(nothing);
  });

  it('needs no guest to predict the same', async () => {
    const answer = await start('predict', example, '--json').answer;
    expect(answer.code).toBe(0);
    const { predicted } = JSON.parse((await start('run', example, '--json').answer).stdout) as RunReport;
    expect(JSON.parse(answer.stdout)).toEqual(predicted);
  });

  /** A run that goes on for long, in the middle of its steps. */
  async function startLong() {
    const plan = stage.write('long.json', {
      ...(JSON.parse(readFileSync(example, 'utf8')) as object),
      steps: Array.from({ length: 20_000 }, (_, i) => ({ op: 'create', file: `f${i}` })),
    });
    chmodSync(plan, 0o644);
    const running = start('run', plan);
    await expect.poll(() => remains().processes.length, { timeout: 120_000 }).toBeGreaterThan(0);
    return running;
  }

  it('ends with the process that started it, also after kill -9', async () => {
    const running = await startLong();
    running.process.kill('SIGKILL');
    await running.answer;
    await expect.poll(remains, { timeout: 30_000 }).toEqual(nothing);
  });

  it('cleans up after SIGTERM', async () => {
    const running = await startLong();
    running.process.kill('SIGTERM');
    expect((await running.answer).code).toBe(143);
    expect(remains()).toEqual(nothing);
    expect(readdirSync(stage.temp)).toEqual([]);
  });

  it('says so where the temp folder cannot be written to', async () => {
    const sealed = path.join(stage.folder, 'sealed');
    mkdirSync(sealed, { mode: 0o555 });
    const running = stage.start(['run', example], {
      uid: nobody,
      environment: { ...environment, TMPDIR: sealed },
    });
    const { code, stderr } = await running.answer;
    expect(stderr).toBe(`untorn: no folder can be made in ${sealed} (EACCES): TMPDIR names another\n`);
    expect(code).toBe(3);
  });

  const target = { kind: 'sandbox', size: '64MiB', mkfs: { fs: 'ext4' } };
  it.each([
    ['no such kernel', { ...target, kernel: '/nowhere/linux' }, /there is no kernel that can be read/],
    ['a version that is not there', { ...target, kernel: '2.6' }, /no kernel "2\.6" is found/],
    ['something that is no kernel', { ...target, kernel: '/bin/true' }, /no User Mode Linux/],
    ['too small a drive', { ...target, size: '64KiB' }, /too small|whole MiB/],
    [
      'too small a drive for its filesystem',
      { ...target, size: '1MiB', mkfs: { fs: 'xfs' } },
      /too small|at least/,
    ],
    ['NVMe on User Mode Linux', { ...target, kernel: 'uml', drive: { kind: 'nvme' } }, /has no NVMe/],
    ['a boundary of a SCSI drive', { ...target, drive: { boundary: '64KiB' } }, /no atomic boundary/],
    ['limits in parts of a block', { ...target, drive: { atomicMax: 1000 } }, /no whole number of blocks/],
    [
      'limits that the kernel does not take',
      { ...target, drive: { granularity: 1536 } },
      /does not take these atomic limits/,
    ],
    ['more CPUs than the guest has', { ...target, kernel: 'uml', cpus: 2 }, /this guest has 1/],
  ])('refuses %s in one line', async (_, wrong, complaint) => {
    const plan = stage.write('plan.json', {
      version: 1,
      target: wrong,
      steps: [{ op: 'create', file: 'a' }],
    });
    writeFileSync(plan, readFileSync(plan), { mode: 0o644 });
    const { code, stdout, stderr } = await start('run', plan).answer;
    expect(stderr).toMatch(complaint);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(remains()).toEqual(nothing);
    expect(readdirSync(stage.temp)).toEqual([]);
  });
});
