/** What the helper does for an ordinary user, verb by verb (docs/privilege.md). */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { identifyFilesystem } from '../../main/lab/filesystem.ts';
import { attachLoop, detachLoop } from '../../main/native/index.ts';
import { Helper } from '../../main/privilege/index.ts';
import { LabFolder } from './stage.ts';
import { allowHelper, nobody, startAsUser, whyNoUser } from './user.ts';

const reason = whyNoUser();
const usual = { logicalBlockBytes: 512, directIo: false, rotational: undefined };

/** Runs a command as the user; its standard output. */
function asUser(command: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(command, args, {
    uid: nobody.uid,
    gid: nobody.gid,
    cwd: '/',
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

describe.skipIf(reason)(`the helper${reason ? ` (${reason})` : ''}`, () => {
  let takeBack: () => void = () => undefined;
  let helper: Helper;
  let lab: LabFolder;

  beforeAll(() => {
    takeBack = allowHelper();
  });
  afterAll(() => takeBack());
  beforeEach(async () => {
    lab = await LabFolder.make();
    helper = await Helper.start(startAsUser, { gid: nobody.gid });
  });
  afterEach(async () => {
    await helper.close();
    await lab.settled();
    lab.remove();
  });

  it('knows for whom it works', () => {
    expect(helper.caller).toEqual({ uid: nobody.uid });
  });

  it('attaches and detaches', async () => {
    const folder = await helper.openFolder(lab.path);
    const loop = await helper.attach(folder, 'image', { ...usual, rotational: true });
    expect(loop.rotational).toBe(true);
    const queue = `/sys/block/loop${loop.number}/queue`;
    expect(readFileSync(`${queue}/rotational`, 'utf8')).toBe('1\n');
    expect(readFileSync(`${queue}/nomerges`, 'utf8')).toBe('2\n');
    expect(lab.leftBehind()).toEqual([lab.file('image')]);
    await helper.undo(loop.id);
    expect(lab.leftBehind()).toEqual([]);
  });

  it.each(['ext4', 'xfs'] as const)('mounts %s so that the user writes there himself', async (fs) => {
    const own = await LabFolder.make(fs);
    try {
      const folder = await helper.openFolder(own.path);
      const loop = await helper.attach(folder, 'image', usual);
      const mounted = await helper.mount(folder, loop.id, { fs, name: 'mount', options: '' });
      const [line = ''] = readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .filter((text) => text.includes(own.mountPoint));
      expect(line).toMatch(/nosuid,nodev,noexec/);
      expect(statSync(own.mountPoint).uid).toBe(nobody.uid);
      const file = `${own.mountPoint}/file`;
      asUser('fallocate', '-l', '1MiB', file);
      asUser(
        'dd',
        'if=/dev/zero',
        `of=${file}`,
        'bs=64k',
        'count=4',
        'conv=notrunc',
        'oflag=direct',
        'status=none',
      );
      expect(asUser('filefrag', '-v', file)).toContain('unwritten');
      expect(statSync(file).uid).toBe(nobody.uid);
      await helper.undo(mounted);
      expect(own.leftBehind()).toEqual([own.file('image')]);
      await helper.undo(loop.id);
      // The owners on the disk are those of a run by root: what the mount shows is not written.
      if (fs === 'ext4') {
        const { stdout } = spawnSync('debugfs', ['-R', 'stat file', own.file('image')], { encoding: 'utf8' });
        expect(stdout).toMatch(/User: +0 +Group: +0/);
      }
    } finally {
      own.remove();
    }
  });

  it('shuts a filesystem down', async () => {
    const folder = await helper.openFolder(lab.path);
    const loop = await helper.attach(folder, 'image', usual);
    const mounted = await helper.mount(folder, loop.id, { fs: 'ext4', name: 'mount', options: 'commit=300' });
    await helper.shutDown(mounted, 2);
    const { uid, gid } = nobody;
    const touch = spawnSync('touch', [`${lab.mountPoint}/x`], { uid, gid, encoding: 'utf8' });
    expect(touch.stderr).toMatch(/Input\/output error/);
  });

  it('looks into the kernel at its own filesystems', async () => {
    const folder = await helper.openFolder(lab.path);
    const loop = await helper.attach(folder, 'image', usual);
    const mounted = await helper.mount(folder, loop.id, { fs: 'ext4', name: 'mount', options: '' });
    expect(await helper.journalWaitsIn(mounted)).toMatch(/^(kjournald2|0)$/);
    await helper.countBuddies(mounted);
    expect(readFileSync(`/sys/fs/ext4/loop${loop.number}/mb_stats`, 'utf8')).toBe('1\n');

    const watch = await helper.watch(mounted, process.pid);
    expect(await helper.watched(watch)).toEqual([]);
    asUser('touch', `${lab.mountPoint}/x`);
    expect(await helper.watched(watch)).toHaveLength(1);
    expect(await helper.watched(watch)).toEqual([]);
    await helper.undo(watch);
  });

  it('traces its own filesystems, and only what was asked for', async () => {
    const folder = await helper.openFolder(lab.path);
    const loop = await helper.attach(folder, 'image', usual);
    const event = (name: string, isRequired = true) => ({ name, isRequired, clauses: [] });
    const sizes = { firstCpuKib: 256, otherCpusKib: 256, overwrite: false };
    const trace = await helper.trace({
      ...{ folder, source: loop.id, second: true, ...sizes },
      events: [event('ext4_request_blocks'), event('ext4_there_is_no_such_event', false)],
    });
    await helper.mount(folder, loop.id, { fs: 'ext4', name: 'mount', options: '' });
    expect(await helper.traceMark(trace, 'before')).toBe(true);
    asUser(
      'dd',
      'if=/dev/zero',
      `of=${lab.mountPoint}/x`,
      'bs=64k',
      'count=1',
      'oflag=direct',
      'status=none',
    );
    expect(await helper.traceMark(trace, 'behind')).toBe(true);
    const text = new TextDecoder().decode(await helper.traceRead(trace));
    // CPU by CPU in order: the marks and the event may come from different ones.
    expect(text).toMatch(/tracing_mark_write: before/);
    expect(text).toMatch(/ext4_request_blocks: dev \d+,\d+ ino \d+ flags .* len 16 /);
    expect(text.match(/ext4_\w+:/g)?.every((name) => name === 'ext4_request_blocks:')).toBe(true);
    expect((await helper.traceLost(trace)).join()).toMatch(/dropped events: 0/);
    await helper.traceStop(trace);
    await helper.undo(trace);
    // Gone in tracefs too: another one of the same name can be made.
    const again = await helper.trace({ folder, source: loop.id, second: true, ...sizes, events: [] });
    await helper.undo(again);
  });

  it('reads, writes, formats and mounts a device that was named twice', async () => {
    const { path: device, descriptor } = await attachLoop(lab.file('disk'));
    closeSync(descriptor);
    try {
      const folder = await helper.openFolder(lab.path);
      const claimed = await helper.claim(device, device, { overwrite: false });
      expect(claimed).toMatchObject({ sizeBytes: 32n * 2n ** 20n, logicalSectorBytes: 512 });
      const data = new Uint8Array(8192).map((_, index) => index % 251);
      expect(await helper.write(claimed.id, 4096, data)).toBe(8192);
      expect(Buffer.from(await helper.read(claimed.id, 4096, 8192)).equals(data)).toBe(true);
      await expect(helper.read(claimed.id, 100, 512)).rejects.toMatchObject({ code: 'EINVAL' });
      expect(await helper.read(claimed.id, claimed.sizeBytes, 512)).toHaveLength(0);

      await helper.flush(claimed.id);

      expect(await helper.format(claimed.id, 'ext4', ['-b', '1024'])).toBe('');
      expect(await identifyFilesystem(lab.file('disk'))).toMatchObject({ fs: 'ext4' });
      expect(await helper.format(claimed.id, 'ext4', ['-b', '3'])).toMatch(/invalid block size/);
      const mounted = await helper.mount(folder, claimed.id, { fs: 'ext4', name: 'mount', options: '' });
      asUser('touch', `${lab.mountPoint}/x`);
      await expect(helper.format(claimed.id, 'ext4', [])).rejects.toThrow('is mounted');
      await expect(helper.read(claimed.id, 0, 512)).rejects.toThrow('in use by somebody');
      await helper.undo(mounted);
      expect(await helper.read(claimed.id, 0, 512)).toHaveLength(512);
      await helper.undo(claimed.id);
    } finally {
      await detachLoop(device);
    }
  });

  it('makes the calls of a plan on a bare device', async () => {
    const { path: device, descriptor } = await attachLoop(lab.file('disk'));
    closeSync(descriptor);
    try {
      const { id } = await helper.claim(device, device, { overwrite: false });
      const write = { op: 'write', offset: 0, length: 8192, vectors: 2, direct: true, flags: 0 } as const;
      expect(await helper.deviceStep(id, write)).toEqual({ value: 8192 });
      expect(await helper.deviceStep(id, { ...write, offset: 100 })).toEqual({ value: -1, error: 'EINVAL' });
      expect(await helper.deviceStep(id, { ...write, offset: 2 ** 25 })).toEqual({
        value: -1,
        error: 'ENOSPC',
      });
      const cached = { ...write, offset: 100, length: 77, vectors: 1, direct: false };
      expect(await helper.deviceStep(id, cached)).toEqual({ value: 77 });
      expect(await helper.deviceStep(id, { op: 'fsync' })).toEqual({ value: 0 });
      expect(await helper.deviceStep(id, { op: 'close' })).toEqual({ value: 0 });
      // What a plan's own thread writes, wherever it runs.
      expect(new Set(await helper.read(id, 0, 8192))).toEqual(new Set([0xa5]));
      const wrong = [
        [{ ...write, vectors: 0 }, 'from 1 to 1024 vectors'],
        [{ ...write, vectors: 3 }, 'from 1 to 1024 vectors'],
        [{ ...write, length: 2 ** 27 }, 'at most 64 MiB'],
        [{ ...write, flags: 0x10 }, 'no such flags'],
      ] as const;
      for (const [call, why] of wrong) await expect(helper.deviceStep(id, call)).rejects.toThrow(why);
      await helper.undo(id);
    } finally {
      await detachLoop(device);
    }
  });

  it('undoes everything when it is told goodbye, in reverse order', async () => {
    const folder = await helper.openFolder(lab.path);
    const loop = await helper.attach(folder, 'image', usual);
    await helper.mount(folder, loop.id, { fs: 'ext4', name: 'mount', options: '' });
    await helper.watch(loop.id + 1, 1);
    expect(lab.leftBehind()).toHaveLength(2);
    await helper.close();
    await lab.settled();
    expect(existsSync(lab.file('image'))).toBe(true);
  });

  it('removes what a helper that was killed has left', async () => {
    const folder = await helper.openFolder(lab.path);
    const loop = await helper.attach(folder, 'image', usual);
    await helper.mount(folder, loop.id, { fs: 'ext4', name: 'mount', options: '' });
    process.kill(lastChildOf(helper.processId), 'SIGKILL');
    await expect.poll(() => helper.isOpen).toBe(false);
    expect(lab.leftBehind()).toHaveLength(2);
    const next = await Helper.start(startAsUser, { gid: nobody.gid });
    await next.undoLeftovers(lab.path);
    expect(lab.leftBehind()).toEqual([]);
    await next.close();
  });
});

/** The helper is the last in a row of children: sudo's, or that of sudo's sudo. */
function lastChildOf(pid = 0): number {
  const [child = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return child === '' ? pid : lastChildOf(Number(child));
}
