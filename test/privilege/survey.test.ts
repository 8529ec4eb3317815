/** A mounted filesystem that is everybody's: what the helper shows of it for a run in a directory of the user's own. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openVolume } from '../../core/ext4/index.ts';
import { openFileSource } from '../../main/bytes/index.ts';
import { formatImage } from '../../main/lab/format.ts';
import { attachLoop, detachLoop, mount, syncfs, unmount } from '../../main/native/index.ts';
import { Helper } from '../../main/privilege/index.ts';
import type { RunReport } from '../../main/run/index.ts';
import { planOf, Sandbox, whyNotBuilt, type Running } from '../cli/untorn.ts';
import { whyNotProgram } from '../support/machine.ts';
import { allowHelper, nobody, startAsUser, whyNoUser } from './user.ts';

const reason = whyNoUser() || whyNotBuilt() || whyNotProgram('mkfs.xfs');
const secret = 'what nobody else may read';

/** A filesystem of root's with a directory of the user's. */
class MountedStage {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-mounted-'));
  readonly mountPoint = path.join(this.folder, 'mount');
  readonly home = path.join(this.mountPoint, 'closed', 'user');
  device = '';

  async mount(fs: 'ext4' | 'xfs', args: readonly string[]): Promise<void> {
    chmodSync(this.folder, 0o755);
    const image = path.join(this.folder, 'image');
    await formatImage(image, 400 * 2 ** 20, { fs, args: [...args] });
    const loop = await attachLoop(image);
    closeSync(loop.descriptor);
    this.device = loop.path;
    mkdirSync(this.mountPoint);
    await mount(this.device, this.mountPoint, fs);
    mkdirSync(this.home, { recursive: true });
    // The user gets through it and cannot list it.
    chmodSync(path.dirname(this.home), 0o711);
    chownSync(this.home, nobody.uid, nobody.gid);
    writeFileSync(path.join(path.dirname(this.home), 'secret'), secret.repeat(400), { mode: 0o600 });
  }

  /** As a run makes it. */
  own(name = 'untorn-own'): string {
    const made = path.join(this.home, name);
    for (const folder of [made, path.join(made, 'plan')]) {
      mkdirSync(folder, { mode: 0o700 });
      chownSync(folder, nobody.uid, nobody.gid);
    }
    return made;
  }

  async remove(): Promise<void> {
    if (this.device !== '') {
      await unmount(this.mountPoint);
      await detachLoop(this.device);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe.skipIf(reason)(`a mounted filesystem${reason ? ` (${reason})` : ''}`, () => {
  let takeBack: () => void = () => undefined;
  let stage: MountedStage;

  beforeAll(() => {
    takeBack = allowHelper();
  });
  afterAll(() => takeBack());
  beforeEach(() => {
    stage = new MountedStage();
  });
  afterEach(() => stage.remove());

  describe('shows the helper’s caller', () => {
    let helper: Helper;
    beforeEach(async () => {
      helper = await Helper.start(startAsUser, { gid: nobody.gid });
    });
    afterEach(() => helper.close());

    const nothingElse = 'nothing is shown but superblock, descriptors, bitmaps and the directory itself';

    it('its superblock, its bitmaps and his own directory, and no other byte', async () => {
      await stage.mount('ext4', ['-b', '4096']);
      const own = stage.own();
      await syncfs(stage.mountPoint);
      const { id, sizeBytes } = await helper.survey(own, 'plan');
      expect(sizeBytes).toBe(400 * 2 ** 20);
      const source = openFileSource(stage.device);
      try {
        const { geometry } = openVolume(source, { replay: false });
        const look = async (offset: number, length: number): Promise<Buffer> =>
          Buffer.from(await helper.look(id, offset, length));
        const truth = (offset: number, length: number): Buffer => Buffer.from(source.read(offset, length));
        const shown = [
          [1024, 1024],
          [4096, 64],
        ] as const;
        for (const [offset, length] of shown)
          expect((await look(offset, length)).equals(truth(offset, length)), `${offset}`).toBe(true);
        // The boot sector is not shown, and not refused.
        expect((await look(0, 280)).every((byte) => byte === 0)).toBe(true);

        // Every block of the device, one by one: what is shown holds neither the secret nor its name.
        const blocks = Math.min(geometry.blocksCount, 12_000);
        const visible: number[] = [];
        for (let block = 1; block < blocks; block++) {
          const bytes = await look(block * 4096, 4096).catch((error: unknown) => String(error));
          if (typeof bytes === 'string') {
            expect(bytes).toContain(nothingElse);
            continue;
          }
          visible.push(block);
          expect(bytes.includes(secret), `block ${block}`).toBe(false);
          expect(bytes.includes('secret'), `block ${block}`).toBe(false);
        }
        // Descriptors, two bitmaps for each of the groups, and the one block of the directory.
        const groups = Math.ceil(geometry.blocksCount / geometry.blocksPerGroup);
        expect(visible).toHaveLength(1 + 2 * groups + 1);
      } finally {
        source.close();
      }
    });

    it('no inode but that of his directory and the journal’s', async () => {
      await stage.mount('ext4', ['-b', '4096', '-I', '256']);
      const own = stage.own();
      await syncfs(stage.mountPoint);
      const { id } = await helper.survey(own, 'plan');
      const descriptor = Buffer.from(await helper.look(id, 4096, 64));
      const table = descriptor.readUInt32LE(8) * 4096;
      const mine = statSync(path.join(own, 'plan')).ino;
      for (let ino = 1; ino <= 64; ino++) {
        const row = helper.look(id, table + (ino - 1) * 256, 256);
        if (ino === mine || ino === 8) await expect(row, `${ino}`).resolves.toHaveLength(256);
        else await expect(row, `${ino}`).rejects.toThrow(nothingElse);
      }
      // Nor one beside it in the same look.
      await expect(helper.look(id, table + (mine - 1) * 256, 512)).rejects.toThrow(nothingElse);
      await expect(helper.look(id, 1024, 4096)).rejects.toThrow(nothingElse);
      await expect(helper.look(id, 2 ** 52, 4096)).rejects.toThrow(nothingElse);
      await expect(helper.look(id, 0, 0)).rejects.toThrow('from 1 to 65536');
      await expect(helper.look(id, 0, 2 ** 17)).rejects.toThrow('from 1 to 65536');
    });

    it('of XFS its superblock alone', async () => {
      await stage.mount('xfs', []);
      const { id } = await helper.survey(stage.own(), 'plan');
      expect(Buffer.from(await helper.look(id, 0, 512)).toString('latin1', 0, 4)).toBe('XFSB');
      await expect(helper.look(id, 512, 512)).rejects.toThrow('its superblock is shown, and nothing else');
      await expect(helper.look(id, 0, 513)).rejects.toThrow('its superblock is shown, and nothing else');
    });

    it('nothing through a directory that is not his own and closed', async () => {
      await stage.mount('ext4', ['-b', '4096']);
      await expect(helper.survey(stage.home, 'plan')).rejects.toThrow('does not begin with untorn-');
      const own = stage.own();
      await expect(helper.survey(own, '..')).rejects.toThrow('no plain name');
      await expect(helper.survey(own, 'none')).rejects.toThrow('ENOENT');
      chmodSync(own, 0o755);
      await expect(helper.survey(own, 'plan')).rejects.toThrow('open to others');
      chmodSync(own, 0o700);
      chownSync(path.join(own, 'plan'), 0, 0);
      await expect(helper.survey(own, 'plan')).rejects.toThrow('belongs to somebody else');
      chownSync(own, 0, 0);
      await expect(helper.survey(own, 'plan')).rejects.toThrow('belongs to somebody else');
    });

    it('nothing of a filesystem of another kind', async () => {
      stage.device = '';
      mkdirSync(stage.mountPoint);
      await mount('none', stage.mountPoint, 'tmpfs');
      try {
        mkdirSync(stage.home, { recursive: true });
        chownSync(stage.home, nobody.uid, nobody.gid);
        await expect(helper.survey(stage.own(), 'plan')).rejects.toThrow('neither on ext4 nor on XFS');
      } finally {
        await unmount(stage.mountPoint);
      }
    });

    it('that somebody changes it, and not who', async () => {
      await stage.mount('ext4', ['-b', '4096']);
      const { id } = await helper.survey(stage.own(), 'plan');
      const watch = await helper.watch(id, 1);
      expect(await helper.watched(watch)).toEqual([]);
      spawnSync('touch', [path.join(stage.mountPoint, 'x')]);
      expect(await helper.watched(watch)).toEqual([0]);
      expect(await helper.journalWaitsIn(id)).toMatch(/^(kjournald2|0)$/);
      // Nothing else can be done with it.
      await expect(helper.shutDown(id, 2)).rejects.toThrow('nothing of this kind');
      await expect(helper.countBuddies(id)).rejects.toThrow('nothing of this kind');
      await expect(helper.read(id, 0, 512)).rejects.toThrow('nothing of this kind');
      await expect(helper.flush(id)).rejects.toThrow('nothing of this kind');
    });
  });

  describe('is where an ordinary user’s plan', () => {
    let sandbox: Sandbox;
    beforeEach(() => {
      sandbox = new Sandbox();
      chmodSync(sandbox.folder, 0o755);
      chmodSync(sandbox.temp, 0o1777);
    });
    afterEach(() => {
      expect(sandbox.leftBehind()).toEqual([]);
      sandbox.remove();
    });

    const start = (...args: string[]): Running =>
      sandbox.start(args, { uid: nobody.uid, environment: { UNTORN_PRIVILEGE: 'sudo' } });
    const plan = (): string => {
      const steps = [
        { op: 'create', file: 'a' },
        { op: 'write', file: 'a', offset: 0, length: '256KiB' },
        { op: 'mkdir', file: 'd' },
        { op: 'create', file: 'd/b' },
        { op: 'write', file: 'd/b', offset: 0, length: 4096, direct: false },
        { op: 'many', prefix: 'm', count: 200, length: 8192, how: 'buffered' },
        { op: 'sync' },
        { op: 'unlink', file: 'a' },
        { op: 'create', file: 'c' },
        { op: 'fallocate', file: 'c', offset: 0, length: '8MiB' },
      ];
      return sandbox.write('plan.json', planOf(steps, { target: { kind: 'mounted', path: stage.home } }));
    };

    it.each([
      ['ext4', 'ext4', ['-b', '4096']],
      ['ext4 of 1 KiB blocks', 'ext4', ['-b', '1024', '-O', '^64bit']],
      ['ext4 with clusters', 'ext4', ['-b', '4096', '-O', 'bigalloc', '-C', '16384']],
      ['XFS', 'xfs', []],
    ] as const)('on %s comes out as predicted', async (_name, fs, args) => {
      await stage.mount(fs, args);
      const { code, stdout, stderr } = await start('run', plan(), '--json').answer;
      expect(stderr).toBe('');
      const { match, differences } = JSON.parse(stdout) as RunReport;
      expect({ code, match, differences }).toEqual({ code: 0, match: true, differences: [] });
      expect(spawnSync('ls', ['-A', stage.home], { encoding: 'utf8' }).stdout).toBe('');
    });

    it('is refused a trace and a prediction by itself, by one line each that says why', async () => {
      await stage.mount('ext4', ['-b', '4096']);
      const traced = await start('run', plan(), '--trace').answer;
      expect(traced.code).toBe(3);
      expect(traced.stderr).toMatch(/^untorn: a trace of a mounted target shows what everybody does .*\n$/);
      const predicted = await start('predict', plan()).answer;
      expect(predicted.code).toBe(3);
      expect(predicted.stderr).toMatch(/^untorn: .*needs root \(sudo\); "untorn run" does without.*\n$/);
    });
  });
});
