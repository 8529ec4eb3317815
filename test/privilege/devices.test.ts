/** Plans on block devices as an ordinary user: the helper claims, formats and mounts; everything else is the user's. */
import {
  chmodSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { truncate } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attachLoop, detachLoop, mount, unmount } from '../../main/native/index.ts';
import type { RunReport } from '../../main/run/index.ts';
import { planOf, Sandbox, whyNotBuilt, type Running } from '../cli/untorn.ts';
import { whyNotProgram } from '../support/machine.ts';
import { allowHelper, nobody, whyNoUser } from './user.ts';

const reason = whyNoUser() || whyNotBuilt() || whyNotProgram('mkfs.xfs');
const diskBytes = 400 * 2 ** 20;

describe.skipIf(reason)(`a block target of an ordinary user's${reason ? ` (${reason})` : ''}`, () => {
  let takeBack: () => void = () => undefined;
  let stage: Sandbox;
  let disks = '';
  let device = '';

  beforeAll(() => {
    takeBack = allowHelper();
  });
  afterAll(() => takeBack());
  beforeEach(async () => {
    stage = new Sandbox();
    chmodSync(stage.folder, 0o755);
    chmodSync(stage.temp, 0o1777);
    disks = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-disk-'));
    const disk = path.join(disks, 'disk');
    writeFileSync(disk, '');
    await truncate(disk, diskBytes);
    const loop = await attachLoop(disk);
    closeSync(loop.descriptor);
    device = loop.path;
  });
  afterEach(async () => {
    await detachLoop(device);
    rmSync(disks, { recursive: true });
    stage.remove();
  });

  const start = (...args: string[]): Running =>
    stage.start(args, { uid: nobody.uid, environment: { UNTORN_PRIVILEGE: 'sudo' } });
  const plan = (steps: readonly object[], target: object = {}): string =>
    stage.write('plan.json', planOf(steps, { target: { kind: 'block', path: device, ...target } }));

  const steps = [
    { op: 'create', file: 'a' },
    { op: 'write', file: 'a', offset: 0, length: '1MiB' },
    { op: 'fallocate', file: 'a', offset: '1MiB', length: '8MiB' },
    { op: 'remount' },
    { op: 'many', prefix: 'm', count: 20, length: 8192, how: 'buffered' },
    { op: 'sync' },
  ];

  it.each([
    ['ext4', { mkfs: { fs: 'ext4', args: ['-b', '4096'] } }],
    ['ext4 with clusters', { mkfs: { fs: 'ext4', args: ['-b', '4096', '-O', 'bigalloc', '-C', '16384'] } }],
    ['XFS', { mkfs: { fs: 'xfs' } }],
  ])('with %s is as predicted', async (_name, target) => {
    const { code, stdout, stderr } = await start('run', plan(steps, target), '--destroy', device, '--json')
      .answer;
    expect(stderr).toBe('');
    const { match, differences } = JSON.parse(stdout) as RunReport;
    expect({ code, match, differences }).toEqual({ code: 0, match: true, differences: [] });
    expect(stage.leftBehind()).toEqual([]);
  });

  it('is traced like root’s', async () => {
    const target = { mkfs: { fs: 'ext4', args: ['-b', '4096'] } };
    const { code, stdout } = await start('run', plan(steps, target), '--destroy', device, '--trace', '--json')
      .answer;
    expect({ code, agree: (JSON.parse(stdout) as RunReport).trace?.agree }).toEqual({ code: 0, agree: true });
  });

  it('without a filesystem is as predicted', async () => {
    const write = { op: 'write', file: 'device', offset: 0, length: 8192 };
    const bare = [
      { ...write, vectors: 2 },
      { ...write, offset: 100 },
      { ...write, offset: diskBytes },
      { ...write, atomic: true },
      { ...write, offset: 5, length: 9, direct: false },
      { op: 'fsync', file: 'device' },
      { op: 'close', file: 'device' },
    ];
    const { code, stdout, stderr } = await start('run', plan(bare), '--destroy', device, '--json').answer;
    expect(stderr).toBe('');
    const { match, actual } = JSON.parse(stdout) as RunReport;
    const results = actual.steps.map(({ result, errno }) => errno ?? result);
    expect({ code, match }).toEqual({ code: 0, match: true });
    expect(results).toEqual([8192, 'EINVAL', 'ENOSPC', 'EOPNOTSUPP', 9, 0, 0]);
  });

  const wanted = { mkfs: { fs: 'ext4', args: ['-b', '4096'] } };

  it.each([
    ['named once', [], 2, /would be lost: name the device again with --destroy/],
    ['named differently', ['--destroy', '/dev/null'], 2, /--destroy names something else/],
  ] as const)('that is %s is refused', async (_name, args, expected, why) => {
    const { code, stderr } = await start('run', plan(steps, wanted), ...args).answer;
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringMatching(why) });
  });

  it('that somebody holds is refused by the helper', async () => {
    const held = openSync(device, constants.O_RDWR | constants.O_EXCL);
    try {
      const { code, stderr } = await start('run', plan(steps, wanted), '--destroy', device).answer;
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: expect.stringMatching(/holds it for himself alone/),
      });
    } finally {
      closeSync(held);
    }
    expect(stage.leftBehind()).toEqual([]);
  });

  it('that is mounted is refused, however often it is named', async () => {
    expect((await start('run', plan(steps, wanted), '--destroy', device).answer).code).toBe(0);
    const mountPoint = path.join(disks, 'mount');
    mkdirSync(mountPoint);
    await mount(device, mountPoint, 'ext4');
    try {
      const { code, stderr } = await start('run', plan(steps, wanted), '--destroy', device).answer;
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringMatching(/in use: .*mount/) });
    } finally {
      await unmount(mountPoint);
    }
  });

  it('is let go within two seconds when the run is killed', async () => {
    const long = [{ op: 'many', prefix: 'm', count: 1000, length: 4096, how: 'buffered' }];
    // Settled buddies: it waits for some seconds once it is mounted.
    const running = start('run', plan(long, { ...wanted, buddies: 'settled' }), '--destroy', device);
    const mounted = (): string[] => stage.leftBehind().filter((name) => name.includes(device));
    await expect.poll(mounted, { timeout: 60_000 }).toHaveLength(1);
    running.process.kill('SIGKILL');
    await expect.poll(mounted, { timeout: 2000, interval: 20 }).toEqual([]);
    const isFree = (): boolean => {
      try {
        closeSync(openSync(device, constants.O_RDWR | constants.O_EXCL));
        return true;
      } catch {
        return false;
      }
    };
    await expect.poll(isFree, { timeout: 2000, interval: 20 }).toBe(true);
  });
});
