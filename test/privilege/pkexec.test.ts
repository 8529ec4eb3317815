/** The helper as pkexec starts it: a bus and polkit of the test's own, and a rule in place of somebody who is asked. */
import { chmodSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../main/run/index.ts';
import { planOf, Sandbox, whyNotBuilt, type Running } from '../cli/untorn.ts';
import { Bus, helperAction, helperPolicy, whyNoPkexec } from '../support/bus/index.ts';
import { nobody } from './user.ts';

const reason = whyNoPkexec() || whyNotBuilt();

/** What the issue grants the helper: two seconds, and nothing is left. */
const graceMs = 2000;
/** Somebody whom no rule names. */
const stranger = 1;

describe.skipIf(reason)(`with pkexec${reason ? ` (${reason})` : ''}, a run`, () => {
  let bus: Bus;
  let stage: Sandbox;

  beforeAll(async () => {
    const grants = [{ user: nobody.name, actions: [helperAction] }];
    bus = await Bus.start({ grants, daemons: ['polkitd'], policies: [helperPolicy()] });
  });
  afterAll(() => bus.close());
  beforeEach(() => {
    stage = new Sandbox();
    chmodSync(stage.folder, 0o755);
    chmodSync(stage.temp, 0o1777);
  });
  afterEach(() => {
    expect(stage.leftBehind()).toEqual([]);
    expect(mounted()).toEqual([]);
    stage.remove();
  });

  const mounted = (): string[] => bus.loopMounts().map(({ mountPoint }) => mountPoint);
  /** With a display, where polkit could ask; the rule answers for it. */
  const start = (args: readonly string[], uid: number = nobody.uid): Running =>
    stage.start(args, {
      through: bus.namespace.command(uid),
      environment: { DISPLAY: ':99', UNTORN_PRIVILEGE: 'pkexec' },
    });

  it.each(['database-pages', 'bigalloc-16k', 'xfs-atomic'])(
    'of %s is as predicted for an ordinary user, and everything was watched',
    async (example) => {
      const plan = `${process.cwd()}/examples/${example}.json`;
      const { code, stdout, stderr } = await start(['run', plan, '--json']).answer;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { match, differences, unwatched } = JSON.parse(stdout) as RunReport;
      expect({ match, differences, unwatched }).toEqual({
        match: true,
        differences: [],
        unwatched: undefined,
      });
    },
  );

  it('records the kernel’s decisions', async () => {
    const steps = [
      { op: 'create', file: 'a' },
      { op: 'write', file: 'a', offset: 0, length: '64KiB' },
    ];
    const plan = stage.write('plan.json', planOf(steps));
    const { code, stdout } = await start(['run', plan, '--trace', '--json']).answer;
    expect({ code, agree: (JSON.parse(stdout) as RunReport).trace?.agree }).toEqual({ code: 0, agree: true });
  });

  it('that polkit does not grant ends in one line', async () => {
    const plan = stage.write('plan.json', planOf([{ op: 'create', file: 'a' }]));
    const { code, stderr } = await start(['run', plan], stranger).answer;
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /the privileged helper is not to be had: .*([Nn]ot authorized|authentication agent)/,
    );
    expect(stderr).toContain('UNTORN_PRIVILEGE=sudo chooses the other way');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'that is ended by %s leaves no mount and no loop device',
    async (signal) => {
      const target = {
        kind: 'loop',
        size: '64MiB',
        buddies: 'settled',
        mkfs: { fs: 'ext4', args: ['-b', '4096'] },
      };
      const plan = stage.write('long.json', planOf([{ op: 'create', file: 'a' }], { target }));
      const running = start(['run', plan]);
      await expect.poll(mounted, { timeout: 60_000 }).toHaveLength(1);
      running.process.kill(signal);
      const held = (): string[] => [...stage.leftBehind().filter((name) => name.includes('/')), ...mounted()];
      await expect.poll(held, { timeout: graceMs, interval: 20 }).toEqual([]);
      await running.answer;
      expect((await start(['clean', '--json']).answer).code).toBe(0);
    },
  );
});
