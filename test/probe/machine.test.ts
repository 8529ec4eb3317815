import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mount, unmount } from '../../main/native/index.ts';
import { deviceNumber, readBlockDevice } from '../../main/machine/index.ts';
import { probePath, statxReport } from '../../main/probe/index.ts';
import { makeScene } from '../atomic/scene.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/** Passports of this very machine: right each time, whatever stands behind the path. */
const reason = whyNotRoot() || whyNotProgram('mkfs.xfs') || whyNotProgram('mkfs.ext4');
const MiB = 2 ** 20;

describe('the passport of this machine', () => {
  const temp = usePrivateTemp();

  it.skipIf(reason)(`of an ext4 file on a loop device ${reason || ''}`, async () => {
    const order = {
      bytes: 128 * MiB,
      mkfs: ['mkfs.ext4', '-q', '-b', '4096', '-O', 'bigalloc', '-C', '16384'],
    };
    const scene = await makeScene(temp(), 'ext4', {
      ...order,
      mkfs: order.mkfs as ['mkfs.ext4', ...string[]],
    });
    try {
      writeFileSync(scene.file, Buffer.alloc(40_000));
      const passport = await probePath(scene.file);
      expect(passport).toMatchObject({
        kind: 'file',
        possible: false,
        window: null,
        ways: null,
        missing: [],
      });
      expect(passport.layers.map(({ layer, rule }) => [layer, rule])).toEqual([
        ['file', 'ext4.device-capable'],
        ['ext4', 'ext4.device-capable'],
        [path.basename(scene.device), 'driver.none'],
      ]);
      const ext4 = Object.fromEntries(
        (passport.layers[1]?.facts ?? []).map(({ name, value }) => [name, value]),
      );
      expect(ext4).toMatchObject({ block: '4 KiB', cluster: '16 KiB', extents: 'yes', 'data=journal': 'no' });
    } finally {
      await scene.end();
    }
  });

  it.skipIf(reason)(`of ext4 with data=journal, told from the mount ${reason || ''}`, async () => {
    const mkfs: [string, ...string[]] = ['mkfs.ext4', '-q'];
    const scene = await makeScene(temp(), 'journal', { bytes: 64 * MiB, mkfs, mountOptions: 'data=journal' });
    try {
      const facts = (await probePath(scene.file)).layers[1]?.facts;
      expect(facts).toContainEqual({ name: 'data=journal', value: 'yes' });
    } finally {
      await scene.end();
    }
  });

  it.skipIf(reason)(
    `of an XFS file, with its units as filefrag would count them ${reason || ''}`,
    async () => {
      const scene = await makeScene(temp(), 'xfs', { bytes: 512 * MiB, mkfs: ['mkfs.xfs', '-q'] });
      try {
        writeFileSync(scene.file, Buffer.alloc(64 * 1024), { flush: true });
        const passport = await probePath(scene.file, { offsetBytes: 8192, lengthBytes: 16384 });
        expect(passport).toMatchObject({
          possible: true,
          window: { minBytes: 4096, maxBytes: MiB },
          hardwareMaxBytes: null,
          ways: { hardware: null, software: { minBytes: 4096, maxBytes: MiB } },
          answer: { verdict: { kind: 'refused', errno: 'EINVAL' }, lengthsHereBytes: [4096, 8192] },
          scale: { fromBytes: 512, toBytes: MiB },
          missing: [],
        });
        const [smallest] = passport.layout?.kind === 'read' ? passport.layout.shares : [];
        expect(smallest).toMatchObject({
          unitBytes: 4096,
          units: 16,
          aligned: 16,
          holes: 0,
          firstFaults: [],
        });
        const directory = await probePath(path.dirname(scene.file));
        expect(directory).toMatchObject({ kind: 'directory', window: { minBytes: 4096, maxBytes: MiB } });
      } finally {
        await scene.end();
      }
    },
  );

  it.skipIf(reason)(
    `of an overlay over an XFS: statx shows the upper file, writes are refused ${reason || ''}`,
    async () => {
      const scene = await makeScene(temp(), 'overlaid', { bytes: 512 * MiB, mkfs: ['mkfs.xfs', '-q'] });
      const below = path.dirname(scene.file);
      const merged = path.join(temp(), 'merged');
      try {
        for (const name of ['lower', 'upper', 'work']) mkdirSync(path.join(below, name));
        mkdirSync(merged);
        const options = ['lower', 'upper', 'work']
          .map((name) => `${name}dir=${path.join(below, name)}`)
          .join(',');
        await mount('overlay', merged, 'overlay', { options });
        try {
          const file = path.join(merged, 'file');
          writeFileSync(file, 'x');
          const passport = await probePath(file);
          expect(passport).toMatchObject({
            possible: false,
            window: null,
            statx: { atomic: { unitMinBytes: 4096 } },
          });
          expect(passport.layers[0]?.rule).toBe('overlay.none');
        } finally {
          await unmount(merged);
        }
      } finally {
        await scene.end();
      }
    },
  );

  it.skipIf(reason)(`of a raw loop device ${reason || ''}`, async () => {
    const scene = await makeScene(temp(), 'raw', { bytes: 8 * MiB, mkfs: null });
    try {
      const passport = await probePath(scene.device);
      expect(passport).toMatchObject({ kind: 'block device', possible: false, mount: null, layout: null });
      expect(passport.verdict).toMatch(/no released loop driver does$/);
      expect(passport.layers.map(({ kind }) => kind)).toEqual(['file', 'device']);
    } finally {
      await scene.end();
    }
  });

  it('of the root directory and of the disk under it agree', async () => {
    const root = await probePath('/');
    const disk = readBlockDevice(deviceNumber(statSync('/').dev));
    expect(root).toMatchObject({ kind: 'directory' });
    if (!disk) return expect(root.layers.filter(({ kind }) => kind === 'device')).toEqual([]);
    const below = await probePath(`/dev/${disk.facts.name}`);
    const windows = (layers: typeof root.layers) =>
      layers.filter(({ kind }) => kind === 'device').map(({ layer, window }) => [layer, window]);
    expect(windows(below.layers)).toEqual(windows(root.layers));
  });

  it('of a file in memory', async () => {
    const file = `/dev/shm/untorn-test-${process.pid}`;
    writeFileSync(file, 'x');
    try {
      const fsType = readFileSync('/proc/self/mounts', 'utf8').match(/ \/dev\/shm (\w+) /)?.[1];
      const passport = await probePath(file);
      expect(passport).toMatchObject({ possible: false, mount: { fsType } });
      if (fsType === 'tmpfs') expect(passport.layers[0]?.rule).toBe('tmpfs.none');
    } finally {
      rmSync(file);
    }
  });

  it('of nothing is one clear error', async () => {
    await expect(probePath('/nothing/here')).rejects.toThrow('/nothing/here: no such file or directory');
    await expect(statxReport('/nothing/here')).rejects.toThrow('/nothing/here: statx says ENOENT');
  });

  it("has statx's fields as stat(2) has them", async () => {
    const file = path.join(temp(), 'statx');
    writeFileSync(file, 'abc');
    const report = await statxReport(file);
    const stat = statSync(file, { bigint: true });
    expect(report).toMatchObject({
      stx_size: '3',
      stx_ino: String(stat.ino),
      stx_mode: `0${stat.mode.toString(8)}`,
      stx_uid: Number(stat.uid),
      stx_nlink: 1,
      stx_mtime: `${stat.mtimeNs / 1_000_000_000n}.${String(stat.mtimeNs % 1_000_000_000n).padStart(9, '0')}`,
    });
  });
});
