/** What the helper refuses, whoever asks (docs/privilege.md). */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addPartition,
  attachLoop,
  detachLoop,
  mount,
  removePartition,
  unmount,
} from '../../main/native/index.ts';
import { Helper, type TraceEvent } from '../../main/privilege/index.ts';
import { LabFolder } from './stage.ts';
import { allowHelper, helper as program, nobody, startAsUser, whyNoUser } from './user.ts';

const reason = whyNoUser();
const usual = { logicalBlockBytes: 512, directIo: false, rotational: undefined };

describe.skipIf(reason)(`the helper refuses${reason ? ` (${reason})` : ''}`, () => {
  let takeBack: () => void = () => undefined;
  let helper: Helper;
  let lab: LabFolder;

  beforeAll(() => {
    takeBack = allowHelper();
  });
  afterAll(() => takeBack());
  beforeEach(async () => {
    lab = await LabFolder.make();
    helper = await Helper.start(startAsUser);
  });
  afterEach(async () => {
    await helper.close();
    await lab.settled();
    lab.remove();
  });

  describe('folders', () => {
    it.each([
      ['a relative path', 'untorn-x', 'not absolute'],
      ['the root', '/', 'not absolute'],
      ['another name', '/tmp', 'does not begin with untorn-'],
      ['another name below', '/tmp/untorn-x/sub', 'does not begin with untorn-'],
      ['a way out', '/tmp/untorn-x/../../etc', 'does not begin with untorn-'],
      ['no folder', '/tmp/untorn-there-is-none', 'ENOENT'],
      ['a name with more in it', '/tmp/untorn-x y', 'no plain name'],
    ])('with %s', async (_what, folder, why) => {
      await expect(helper.openFolder(folder)).rejects.toThrow(why);
    });

    it("of somebody else's", async () => {
      chownSync(lab.path, 0, 0);
      await expect(helper.openFolder(lab.path)).rejects.toThrow('belongs to somebody else');
    });

    it('that are open to others', async () => {
      chmodSync(lab.path, 0o755);
      await expect(helper.openFolder(lab.path)).rejects.toThrow('open to others');
    });

    it('through a link', async () => {
      const link = path.join(os.tmpdir(), `untorn-link-${process.pid}`);
      symlinkSync(lab.path, link);
      try {
        await expect(helper.openFolder(link)).rejects.toMatchObject({ code: 'ELOOP' });
      } finally {
        rmSync(link);
      }
    });
  });

  describe('files', () => {
    it.each([
      ['outside', '../image', 'no plain name'],
      ['by an absolute path', '/etc/passwd', 'no plain name'],
      ['below a directory', 'mount/image', 'no plain name'],
      ['called ..', '..', 'no plain name'],
      ['without a name', '', 'no plain name'],
      ['that are directories', 'mount', 'not what it should be'],
      ['that are not there', 'nothing', 'ENOENT'],
    ])('%s', async (_what, name, why) => {
      const folder = await helper.openFolder(lab.path);
      await expect(helper.attach(folder, name, usual)).rejects.toThrow(why);
    });

    it('that are links, devices or pipes', async () => {
      const folder = await helper.openFolder(lab.path);
      symlinkSync('/etc/passwd', lab.file('link'));
      spawnSync('mkfifo', [lab.file('pipe')]);
      spawnSync('mknod', [lab.file('device'), 'b', '7', '0']);
      for (const name of ['link', 'pipe', 'device']) {
        await expect(helper.attach(folder, name, usual), name).rejects.toThrow('not what it should be');
      }
    });

    it("of somebody else's", async () => {
      const folder = await helper.openFolder(lab.path);
      writeFileSync(lab.file('other'), 'secret');
      await expect(helper.attach(folder, 'other', usual)).rejects.toThrow('belongs to somebody else');
      // Also where a hard link brings it here.
      const outside = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
      writeFileSync(path.join(outside, 'secret'), 'secret');
      linkSync(path.join(outside, 'secret'), lab.file('hard'));
      await expect(helper.attach(folder, 'hard', usual)).rejects.toThrow('belongs to somebody else');
      rmSync(outside, { recursive: true });
    });

    it('with impossible blocks', async () => {
      const folder = await helper.openFolder(lab.path);
      const wish = { ...usual, logicalBlockBytes: 100 };
      await expect(helper.attach(folder, 'image', wish)).rejects.toThrow('no such logical blocks');
    });
  });

  describe('mounts', () => {
    it.each([
      ['that name a file', 'ext4', 'mount', 'journal_path=/etc/passwd', 'is not passed on'],
      ['that name a device', 'xfs', 'mount', 'logdev=/dev/sda', 'is not passed on'],
      ['that bring the host down', 'ext4', 'mount', 'errors=panic', 'is not passed on'],
      ['with an option hidden behind another', 'ext4', 'mount', 'commit=5,suid', 'is not passed on'],
      ['with an empty option', 'ext4', 'mount', 'commit=5,,noatime', 'is not passed on'],
      ['with a comma at the end', 'ext4', 'mount', 'commit=5,', 'ends with a comma'],
      ['of another kind', 'overlay', 'mount', '', 'ext4 and xfs, nothing else'],
      ['outside', 'ext4', '../mount', '', 'no plain name'],
      ['onto a file', 'ext4', 'image', '', 'not what it should be'],
    ])('%s', async (_what, fs, name, options, why) => {
      const folder = await helper.openFolder(lab.path);
      const { id } = await helper.attach(folder, 'image', usual);
      await expect(helper.mount(folder, id, { fs, name, options })).rejects.toThrow(why);
      expect(lab.leftBehind()).toEqual([lab.file('image')]);
    });

    it('through a link, on a directory of somebody else, or twice', async () => {
      const folder = await helper.openFolder(lab.path);
      const { id } = await helper.attach(folder, 'image', usual);
      const mountAt = (name: string) => helper.mount(folder, id, { fs: 'ext4', name, options: '' });
      symlinkSync('/mnt', lab.file('link'));
      await expect(mountAt('link')).rejects.toThrow('not what it should be');
      mkdirSync(lab.file('other'));
      await expect(mountAt('other')).rejects.toThrow('belongs to somebody else');
      await mountAt('mount');
      await expect(mountAt('mount')).rejects.toThrow('mounted already');
    });

    it('of what is no device of its own', async () => {
      const folder = await helper.openFolder(lab.path);
      const wish = { fs: 'ext4', name: 'mount', options: '' };
      await expect(helper.mount(folder, folder, wish)).rejects.toThrow('nothing of this kind');
      await expect(helper.mount(folder, 99, wish)).rejects.toThrow('nothing of this kind');
    });
  });

  describe('devices', () => {
    let device = '';
    let partner = '';

    beforeEach(async () => {
      for (const name of ['disk', 'image']) {
        const loop = await attachLoop(lab.file(name));
        closeSync(loop.descriptor);
        if (name === 'disk') device = loop.path;
        else partner = loop.path;
      }
    });
    afterEach(async () => {
      await detachLoop(device);
      await detachLoop(partner);
    });
    const claim = (name: string, destroy: string) => helper.claim(name, destroy, { overwrite: false });

    it('that are named once, or differently the second time', async () => {
      for (const destroy of ['', partner, device.slice(1), 'S4EV', '/dev/null', `${device}x`]) {
        await expect(claim(device, destroy), destroy).rejects.toThrow('not the device that was named');
      }
    });

    it('that are mounted, also where the user agrees to lose them', async () => {
      const mountPoint = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
      await mount(partner, mountPoint, 'ext4');
      try {
        const claiming = helper.claim(partner, partner, { overwrite: true });
        await expect(claiming).rejects.toThrow(`in use: mounted on ${mountPoint}`);
      } finally {
        await unmount(mountPoint);
        rmSync(mountPoint, { recursive: true });
      }
    });

    it('that somebody holds', async () => {
      const held = openSync(device, constants.O_RDWR | constants.O_EXCL);
      try {
        await expect(claim(device, device)).rejects.toThrow('holds it for himself alone');
      } finally {
        closeSync(held);
      }
    });

    it('that hold a filesystem, unless that is meant', async () => {
      await expect(claim(partner, partner)).rejects.toThrow('holds an ext2, ext3 or ext4 filesystem');
      const claimed = await helper.claim(partner, partner, { overwrite: true });
      await helper.undo(claimed.id);
    });

    it('that have partitions', async () => {
      await addPartition(device, 1, 2 ** 20, 2 ** 20);
      try {
        await expect(claim(device, device)).rejects.toThrow('has partitions');
      } finally {
        await removePartition(device, 1);
      }
    });

    it.each([
      ['that are none', '/dev/null', '/dev/null', 'not a block device'],
      ['that are not there', '/dev/untorn-none', '/dev/untorn-none', 'no device in /dev'],
      ['outside of /dev', '/etc/passwd', '/etc/passwd', 'no device in /dev'],
      ['by a relative path', 'loop0', 'loop0', 'not absolute'],
    ])('%s', async (_what, name, destroy, why) => {
      await expect(claim(name, destroy)).rejects.toThrow(why);
    });

    it("by a device file of the user's own making", async () => {
      spawnSync('mknod', [lab.file('device'), 'b', '7', '0']);
      await expect(claim(lab.file('device'), lab.file('device'))).rejects.toThrow('no device in /dev');
    });

    it('with what mkfs must not be told', async () => {
      const { id } = await claim(device, device);
      const wrong = [
        ['-d', '/etc'],
        ['-E', 'root_owner=0:0,offset=4096'],
        ['-J', 'device=/dev/sda'],
        ['-O', 'journal_dev'],
        ['-z', '/tmp/undo'],
        ['/dev/sda'],
        ['-b'],
        ['-L', 'a\nb'],
      ];
      for (const args of wrong)
        await expect(helper.format(id, 'ext4', args), args.join(' ')).rejects.toThrow(/refuses/);
      await expect(helper.format(id, 'xfs', ['-p', '/etc/passwd'])).rejects.toThrow('not passed on');
      await expect(helper.format(id, 'xfs', ['-l', 'logdev=/dev/sda'])).rejects.toThrow('not passed on');
      expect((await helper.read(id, 0, 4096)).every((byte) => byte === 0)).toBe(true);
    });

    it('reads and writes beyond their measure', async () => {
      const { id } = await claim(device, device);
      await expect(helper.read(id, 0, 0)).rejects.toThrow('from 1 to 1048576');
      await expect(helper.read(id, 0, 2 ** 20 + 1)).rejects.toThrow('from 1 to 1048576');
      await expect(helper.read(id, 2n ** 63n, 512)).rejects.toThrow('no such offset');
      await expect(helper.write(id, 0, new Uint8Array(0))).rejects.toThrow('from 1 to 1048576');
      await expect(helper.write(id, 0, new Uint8Array(512), { flags: 0x10 })).rejects.toThrow(
        'no such flags',
      );
    });
  });

  describe('traces', () => {
    const trace = async (events: readonly TraceEvent[], firstCpuKib = 64) => {
      const folder = await helper.openFolder(lab.path);
      const { id: source } = await helper.attach(folder, 'image', usual);
      const sizes = { firstCpuKib, otherCpusKib: 64, overwrite: true };
      return helper.trace({ folder, source, second: false, ...sizes, events });
    };

    it.each(['sched_switch', 'ext4_../../../x', 'sys_enter', 'ext4', 'EXT4_x', ''])(
      'of "%s"',
      async (name) => {
        await expect(trace([{ name, isRequired: true, clauses: [] }])).rejects.toThrow(
          /there is no tracepoint|ENOENT/,
        );
      },
    );

    it('that are too large', async () => {
      await expect(trace([], 2 ** 20)).rejects.toThrow('no buffers of that size');
    });
  });

  it('more than four traces, and shows nothing of a device that was given back', async () => {
    const folder = await helper.openFolder(lab.path);
    const sizes = { firstCpuKib: 64, otherCpusKib: 64, overwrite: true, events: [] };
    const { id: source } = await helper.attach(folder, 'image', usual);
    for (const second of [false, true]) await helper.trace({ folder, source, second, ...sizes });
    const other = await LabFolder.make();
    try {
      const otherFolder = await helper.openFolder(other.path);
      for (const second of [false, true])
        await helper.trace({ folder: otherFolder, source, second, ...sizes });
      await expect(helper.trace({ folder, source, second: false, ...sizes })).rejects.toThrow(
        'too many traces',
      );
    } finally {
      other.remove();
    }
  });

  it('too much at once', async () => {
    for (let i = 0; i < 64; i++) await helper.openFolder(lab.path);
    await expect(helper.openFolder(lab.path)).rejects.toThrow('too much is open at once');
  });

  it('leftovers of the living', async () => {
    await helper.openFolder(lab.path);
    await expect(helper.undoLeftovers(lab.path)).rejects.toThrow('before anything is made');
  });

  it('to be started by anybody else than sudo and polkit', () => {
    const start = (environment: Record<string, string>, uid = 0, ...args: string[]) =>
      spawnSync(program, args, { uid, env: environment, encoding: 'utf8', input: '' });
    expect(start({}, nobody.uid)).toMatchObject({ status: 3, stderr: expect.stringMatching(/not root/) });
    expect(start({})).toMatchObject({ status: 3, stderr: expect.stringMatching(/for whom it works/) });
    expect(start({ SUDO_UID: '12x' })).toMatchObject({
      status: 3,
      stderr: expect.stringMatching(/no number/),
    });
    expect(start({ SUDO_UID: '65534', PKEXEC_UID: '0' })).toMatchObject({ status: 3 });
    expect(start({ SUDO_UID: '4294967295' })).toMatchObject({ status: 3 });
    expect(start({ SUDO_UID: '65534' }, 0, '--help')).toMatchObject({ status: 3 });
    expect(start({ SUDO_UID: '65534' })).toMatchObject({ status: 0 });
  });
});
