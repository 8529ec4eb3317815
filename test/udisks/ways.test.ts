/** Which way is taken where there are several: UDisks2 for what it can do, and pkexec for the rest. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planOf } from '../cli/untorn.ts';
import { nobody } from '../privilege/user.ts';
import { Bus, helperAction, helperPolicy, whyNoPkexec } from '../support/bus/index.ts';
import type { RunReport } from '../../main/run/index.ts';
import { granted, UdisksStage, whyNoUdisks } from './stage.ts';

const reason = whyNoUdisks() || whyNoPkexec();
const target = { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: ['-b', '4096'] } };
const steps = [
  { op: 'create', file: 'a' },
  { op: 'write', file: 'a', offset: 0, length: '64KiB' },
];

describe.skipIf(reason)(`where there are UDisks2 and pkexec${reason ? ` (${reason})` : ''}`, () => {
  let bus: Bus;
  let stage: UdisksStage;

  beforeAll(async () => {
    bus = await Bus.start({
      grants: [{ user: nobody.name, actions: [...granted, helperAction] }],
      daemons: ['polkitd', 'udevd', 'udisksd'],
      labs: '/tmp/untorn-test-cli-*',
      policies: [helperPolicy()],
    });
    stage = new UdisksStage(bus);
  });
  afterAll(async () => {
    expect(stage.leftBehind()).toEqual([]);
    stage.remove();
    await bus.close();
  });

  /** Runs a plan with both ways open; whether everything was watched tells which one was taken. */
  async function wayOf(change: object, ...flags: readonly string[]): Promise<'udisks' | 'pkexec'> {
    const plan = stage.files.write('plan.json', planOf(steps, { target: { ...target, ...change } }));
    const environment = { UNTORN_PRIVILEGE: '', DISPLAY: ':99' };
    const { code, stdout, stderr } = await stage.start(['run', plan, '--json', ...flags], environment).answer;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout) as RunReport;
    expect(report.match).toBe(true);
    return report.unwatched ? 'udisks' : 'pkexec';
  }

  it('a plan goes through UDisks2, which asks nothing', async () => {
    expect(await wayOf({})).toBe('udisks');
  });

  it.each([
    ['a trace', {}, ['--trace']],
    ['settled buddies', { buddies: 'settled' }, []],
    ['errors=continue', { mountOptions: 'errors=continue' }, []],
  ])('a plan that wants %s goes through pkexec', async (_what, change, flags) => {
    expect(await wayOf(change, ...flags)).toBe('pkexec');
  });
});
