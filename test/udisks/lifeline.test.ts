/** What UDisks2 has made for a lab goes with it, in whatever way the lab ends. */
import { spawnSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Running } from '../cli/untorn.ts';
import { nobody } from '../privilege/user.ts';
import { Bus } from '../support/bus/index.ts';
import { granted, keepersOf, UdisksStage, whyNoUdisks } from './stage.ts';

const reason = whyNoUdisks();

/** What the issue grants: two seconds, and nothing is left. */
const graceMs = 2000;

describe.skipIf(reason)(`a lab with UDisks2${reason ? ` (${reason})` : ''}`, () => {
  let bus: Bus;
  let stage: UdisksStage;

  beforeAll(async () => {
    const grants = [{ user: nobody.name, actions: granted }];
    bus = await Bus.start({
      grants,
      daemons: ['polkitd', 'udevd', 'udisksd'],
      labs: '/tmp/untorn-test-cli-*',
    });
  });
  afterAll(() => bus.close());
  beforeEach(() => {
    stage = new UdisksStage(bus);
  });
  afterEach(async () => {
    expect(stage.leftBehind()).toEqual([]);
    await expect.poll(() => keepersOf(stage.files.temp), { timeout: 10_000 }).toEqual([]);
    stage.remove();
  });

  /** A run in the middle of its steps. */
  async function startLong(): Promise<Running> {
    const running = stage.start(['run', stage.longPlan()]);
    await expect.poll(() => stage.mounted(), { timeout: 60_000 }).toHaveLength(1);
    return running;
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('that is ended by %s leaves nothing', async (signal) => {
    const running = await startLong();
    running.process.kill(signal);
    await running.answer;
  });

  it('that is killed leaves a folder, and within two seconds no mount and no loop device', async () => {
    const running = await startLong();
    expect(keepersOf(stage.files.temp)).toHaveLength(1);
    running.process.kill('SIGKILL');
    await expect.poll(() => stage.held(), { timeout: graceMs, interval: 20 }).toEqual([]);
    expect(stage.leftBehind()).toEqual([expect.stringMatching(/^untorn-/)]);
    await expect.poll(() => keepersOf(stage.files.temp), { timeout: 5000 }).toEqual([]);
    expect(await stage.run('clean', '--json')).toMatchObject({ code: 0, stderr: '' });
  });

  it('that is killed while its loop device is being set up leaves none either', async () => {
    const running = stage.start(['run', stage.longPlan()]);
    await expect.poll(() => keepersOf(stage.files.temp), { timeout: 60_000, interval: 5 }).toHaveLength(1);
    running.process.kill('SIGKILL');
    await expect.poll(() => keepersOf(stage.files.temp), { timeout: 10_000 }).toEqual([]);
    expect(stage.held()).toEqual([]);
    await stage.run('clean');
  });

  it('whose keeper is killed with it is found and removed later, without a password', async () => {
    const running = await startLong();
    for (const pid of keepersOf(stage.files.temp)) process.kill(pid, 'SIGKILL');
    running.process.kill('SIGKILL');
    await running.answer;
    expect(stage.held()).not.toEqual([]);
    const { code, stdout, stderr } = await stage.run('clean', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/mount \/.*loop device \/dev\/loop/);
  });

  it('takes nobody else’s loop device along', async () => {
    const other = stage.files.write('other.img', '');
    truncateSync(other, 2 ** 20);
    const device = spawnSync('losetup', ['--find', '--show', other], { encoding: 'utf8' }).stdout.trim();
    try {
      const running = await startLong();
      running.process.kill('SIGKILL');
      await expect.poll(() => keepersOf(stage.files.temp), { timeout: 10_000 }).toEqual([]);
      expect(stage.held()).toEqual([expect.stringContaining(other)]);
      await stage.run('clean');
      expect(stage.held()).toEqual([expect.stringContaining(other)]);
    } finally {
      spawnSync('losetup', ['--detach', device]);
    }
    await expect.poll(() => stage.held()).toEqual([]);
  });

  it('whose filesystem somebody keeps in use goes out of sight all the same', async () => {
    const running = await startLong();
    const [mount] = bus.loopMounts();
    const holder = bus.spawn(nobody.uid, ['env', `--chdir=${mount?.mountPoint}`, 'sleep', 'infinity'], {
      stdio: 'ignore',
    });
    try {
      running.process.kill('SIGKILL');
      await expect.poll(() => stage.mounted(), { timeout: graceMs, interval: 20 }).toEqual([]);
    } finally {
      holder.kill('SIGKILL');
    }
    await expect.poll(() => stage.held(), { timeout: graceMs }).toEqual([]);
    await stage.run('clean');
  });
});
