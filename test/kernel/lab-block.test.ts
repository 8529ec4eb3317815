import { closeSync, constants } from 'node:fs';
import { mkdir, open, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StepInput } from '../../core/experiment/plan.ts';
import { destroyableDevice, formatImage, runForReal } from '../../main/lab/index.ts';
import { attachLoop, detachLoop, mount, unmount } from '../../main/native/index.ts';
import { mountsIn, planOn, usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotProgram('mkfs.ext4');

describe.skipIf(reason)(`block targets${reason ? ` (${reason})` : ''}`, () => {
  let device = '';

  beforeAll(async () => {
    const image = path.join(temp(), 'disk');
    await formatImage(image, 64 * 2 ** 20, { fs: 'ext4', args: [] });
    const loop = await attachLoop(image);
    closeSync(loop.descriptor);
    device = loop.path;
  });

  afterAll(async () => {
    await detachLoop(device);
  });

  async function refusal(name: string, destroy?: string): Promise<string> {
    return destroyableDevice(name, destroy).then(
      () => 'agreed',
      (error: unknown) => String(error),
    );
  }

  it('are refused until the caller names the same device again', async () => {
    expect(await refusal(device)).toMatch(
      /InputError: target\.path: everything on .* \(it holds an ext2, ext3 or ext4/,
    );
    expect(await refusal(device)).toContain(`--destroy ${device}`);
    expect(await refusal(device, '/dev/null')).toMatch(/names something else/);
    expect(await refusal(device, device.slice('/dev/'.length))).toMatch(/names something else/);
    expect(await refusal(device, device)).toBe('agreed');
  });

  it('are refused while they are mounted, whatever is named', async () => {
    const mountPoint = path.join(temp(), 'mnt');
    await mkdir(mountPoint);
    await mount(device, mountPoint, 'ext4');
    try {
      expect(await refusal(device, device)).toMatch(/Unable: .*in use: mounted on .*mnt/);
    } finally {
      await unmount(mountPoint);
    }
  });

  it('are refused while somebody holds them for himself alone', async () => {
    const held = await open(device, constants.O_RDONLY | constants.O_EXCL);
    try {
      expect(await refusal(device, device)).toMatch(/Unable: .*held|Unable: .*for himself alone/);
    } finally {
      await held.close();
    }
    expect(await refusal(device, device)).toBe('agreed');
  });

  it('are refused where they are no block device', async () => {
    await writeFile(path.join(temp(), 'file'), 'x');
    expect(await refusal(path.join(temp(), 'file'))).toMatch(/InputError: .* is not a block device/);
    expect(await refusal('/dev/null', '/dev/null')).toMatch(/is not a block device/);
    expect(await refusal(path.join(temp(), 'missing'))).toMatch(/InputError: .*there is no/);
  });

  it('are refused where they are read-only', async () => {
    const image = path.join(temp(), 'empty');
    await writeFile(image, '');
    await truncate(image, 2 ** 20);
    const loop = await attachLoop(image, { readOnly: true });
    closeSync(loop.descriptor);
    try {
      expect(await refusal(loop.path, loop.path)).toMatch(/is read-only/);
    } finally {
      await detachLoop(loop.path);
    }
  });

  it('run a plan on the bare device, and on a filesystem made there', async () => {
    const bare: StepInput[] = [
      { op: 'write', file: 'device', offset: 4096, length: 4096 },
      { op: 'write', file: 'device', offset: 4096, length: 4096, atomic: true },
      { op: 'write', file: 'device', offset: 0, length: 100 },
      { op: 'fsync', file: 'device' },
      { op: 'close', file: 'device' },
    ];
    const raw = planOn({ kind: 'block', path: device }, bare);
    await expect(runForReal(raw)).rejects.toThrow('--destroy');
    const { outcome } = await runForReal(raw, { destroy: device });
    expect(outcome.steps.map((step) => step.errno ?? step.result)).toEqual([
      4096,
      'EOPNOTSUPP',
      'EINVAL',
      0,
      0,
    ]);
    expect(outcome.files).toEqual({});

    const formatted = planOn({ kind: 'block', path: device, mkfs: { fs: 'ext4', args: ['-b', '1024'] } }, [
      { op: 'create', file: 'a' },
      { op: 'write', file: 'a', offset: 0, length: 4096 },
      { op: 'remount' },
    ]);
    const run = await runForReal(formatted, { destroy: device });
    expect(run.disturbed).toEqual([]);
    expect(run.outcome.files['a']).toMatchObject({ extents: [{ logical: 0, length: 4 }] });
    expect(mountsIn(temp())).toEqual([]);
  });
});
