/** Guests that are reused, and guests that fail. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parsePlan, type PlanInput } from '../../core/experiment/plan.ts';
import { bootGuest, type Guest, type SandboxKernel, type SandboxPlan } from '../../main/sandbox/index.ts';
import { runPlan } from '../../main/run/index.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram } from '../support/machine.ts';
import { processesWith, umlOrReason } from '../support/sandbox.ts';

const temp = usePrivateTemp();
const { kernel: uml, reason: noUml } = umlOrReason();
const reason = noUml || whyNotProgram('mkfs.ext4');
const patience = { bootMs: 3000, silenceMs: 3000, stepMs: 60_000 };

function planOn(target: object): SandboxPlan {
  const input = {
    version: 1,
    target: { kind: 'sandbox', size: '64MiB', mkfs: { fs: 'ext4', args: ['-b', '4096'] }, ...target },
    steps: [
      { op: 'create', file: 'a' },
      { op: 'write', file: 'a', offset: 0, length: '64KiB' },
      { op: 'write', file: 'a', offset: 0, length: 4096, atomic: true },
      { op: 'write', file: 'a', offset: 512, length: 512 },
    ],
  };
  return parsePlan(input as PlanInput) as SandboxPlan;
}

describe.skipIf(reason)(`guests${reason ? ` (${reason})` : ''}`, () => {
  const kernel = uml as SandboxKernel;
  let guest: Guest | null = null;

  afterEach(async () => {
    await guest?.close();
    guest = null;
    expect(processesWith(`uml_dir=${temp()}`)).toEqual([]);
  });

  it('run plan after plan, each on a drive of its own', async () => {
    const plans = [
      planOn({}),
      planOn({ drive: { logicalBlockSize: 4096 } }),
      planOn({ drive: { atomicMax: 0 }, rotational: true }),
      planOn({ drive: { kind: 'loop' }, size: '40MiB' }),
      planOn({ size: '48MiB', mkfs: { fs: 'ext4', args: ['-b', '1024'] } }),
    ];
    guest = await bootGuest(kernel, { target: planOn({}).target });
    const answers: unknown[] = [];
    for (const plan of plans) {
      const { report } = await runPlan(plan, { guest });
      expect(report.differences).toEqual([]);
      expect(report.match).toBe(true);
      answers.push(report.actual.steps.slice(2).map(({ errno, result }) => errno ?? result));
    }
    expect(answers).toEqual([
      [4096, 512],
      [4096, 'EINVAL'],
      ['EOPNOTSUPP', 512],
      ['EOPNOTSUPP', 512],
      ['EINVAL', 512],
    ]);
  });

  /** The kernel with its arguments changed on the way. */
  function disturbed(script: string): SandboxKernel {
    const file = path.join(temp(), 'kernel');
    writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { ...kernel, path: file, libraries: null };
  }
  const withoutInit =
    'for word; do shift; case $word in init=*) word=init=/nowhere;; esac; set -- "$@" "$word"; done';
  const libraries = kernel?.libraries ? `LD_LIBRARY_PATH=${kernel.libraries} ` : '';

  it.each([
    [
      'panics',
      () => disturbed(`${withoutInit}\n${libraries}exec ${kernel.path} "$@"`),
      /ended by itself; its console said last: .*Kernel panic.*Requested init/,
    ],
    [
      'does not start',
      () => disturbed('echo no such luck >&2; exit 1'),
      /ended by itself; its console said last: no such luck/,
    ],
    [
      'hangs at its start',
      () => disturbed('echo waiting; exec sleep 1000'),
      /did not come up for 3 s; its console said last: waiting/,
    ],
  ] as const)('that %s end in one clear error', async (_, made, complaint) => {
    await expect(bootGuest(made(), { target: planOn({}).target, patience })).rejects.toThrow(complaint);
    expect(readdirSync(temp()).filter((name) => name.startsWith('untorn-'))).toEqual([]);
  });

  it('that fall silent in the middle end in one clear error', async () => {
    guest = await bootGuest(kernel, {
      target: planOn({}).target,
      patience: { ...patience, bootMs: 120_000 },
    });
    const [pid] = execFileSync('pgrep', ['-f', `uml_dir=${temp()}`], { encoding: 'utf8' }).split('\n');
    process.kill(Number(pid), 'SIGSTOP');
    await expect(runPlan(planOn({}), { guest })).rejects.toThrow(/fell silent for 3 s/);
  });
});
