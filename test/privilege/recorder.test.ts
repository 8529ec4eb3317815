/** An ordinary user's recorder below a filesystem: root cannot look at its disk, and must not wait for it for ever. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Payload, verbs } from '../../main/privilege/frames.ts';
import { Helper } from '../../main/privilege/index.ts';
import { findProgram } from '../../main/torn/crash/recorder.ts';
import { whyNotProgram } from '../support/machine.ts';
import { Pipe } from './pipe.ts';
import { LabFolder } from './stage.ts';
import { allowHelper, nobody, startAsUser, whyNoUser } from './user.ts';

const reason = whyNoUser() || whyNotProgram('fusermount3') || whyNoRecorder();

function whyNoRecorder(): string | false {
  try {
    findProgram();
    return false;
  } catch (error) {
    return `skipped: ${String(error)}`;
  }
}

/** Starts the recorder as the user, on the folder's image. */
async function startRecorder(lab: LabFolder, directory: string): Promise<ChildProcess> {
  mkdirSync(lab.file(directory), { mode: 0o700 });
  chownSync(lab.file(directory), nobody.uid, nobody.gid);
  const args = ['record', lab.file('image'), lab.file('log'), lab.file(directory)];
  const child = spawn(findProgram(), args, { uid: nobody.uid, gid: nobody.gid, cwd: '/' });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('close', () => reject(new Error(complaint)));
  });
  return child;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

describe.skipIf(reason)(`a recorder of the user's${reason ? ` (${reason})` : ''}`, () => {
  let takeBack: () => void = () => undefined;
  let lab: LabFolder;
  let recorder: ChildProcess;

  beforeAll(() => {
    takeBack = allowHelper();
  });
  afterAll(() => takeBack());
  beforeEach(async () => {
    lab = await LabFolder.make();
    recorder = await startRecorder(lab, 'recorder');
  });
  afterEach(async () => {
    if (!hasEnded(recorder)) recorder.kill('SIGKILL');
    spawnSync('umount', ['-l', lab.file('recorder')]);
    await lab.settled();
    lab.remove();
  });

  it('lies below a filesystem, and notes what that writes', async () => {
    const helper = await Helper.start(startAsUser, { gid: nobody.gid });
    const folder = await helper.openFolder(lab.path);
    // Root is refused where the user is not.
    expect(() => statSync(lab.file('recorder/disk'))).toThrow(/EACCES/);
    const loop = await helper.attachRecorder(folder, 'recorder');
    const queue = `/sys/block/loop${loop.number}/queue`;
    expect(readFileSync(`${queue}/max_sectors_kb`, 'utf8')).toBe('1024\n');
    expect(readFileSync(`/sys/block/loop${loop.number}/loop/dio`, 'utf8')).toBe('1\n');
    expect(readFileSync(`/sys/block/loop${loop.number}/size`, 'utf8')).toBe(`${64 * 2048}\n`);
    const before = statSync(lab.file('log')).size;
    const mounted = await helper.mount(folder, loop.id, { fs: 'ext4', name: 'mount', options: '' });
    const { uid, gid } = nobody;
    const wrote = spawnSync(
      'dd',
      ['if=/dev/zero', `of=${lab.mountPoint}/x`, 'bs=1M', 'count=1', 'oflag=direct'],
      {
        ...{ uid, gid, cwd: '/', encoding: 'utf8' },
      },
    );
    expect(wrote.status, wrote.stderr).toBe(0);
    await helper.flush(loop.id);
    expect(statSync(lab.file('log')).size).toBeGreaterThan(before + 2 ** 20);
    await helper.undo(mounted);
    await helper.undo(loop.id);
    await expect.poll(() => existsSync(`/sys/block/loop${loop.number}/loop`)).toBe(false);
    expect(hasEnded(recorder)).toBe(false);
    const { status } = spawnSync('fusermount3', ['-u', lab.file('recorder')], { uid, gid, cwd: '/' });
    expect(status).toBe(0);
    await expect.poll(() => hasEnded(recorder)).toBe(true);
    await helper.close();
  });

  it('is refused where it is none', async () => {
    const helper = await Helper.start(startAsUser, { gid: nobody.gid });
    const folder = await helper.openFolder(lab.path);
    await expect(helper.attachRecorder(folder, 'mount')).rejects.toThrow('no recorder shows its disk');
    await expect(helper.attachRecorder(folder, '../recorder')).rejects.toThrow('no plain name');
    await expect(helper.attachRecorder(folder, 'image')).rejects.toThrow(/ENOTDIR/);
    await expect(helper.attachRecorder(folder, 'none')).rejects.toThrow(/ENOENT/);
    await expect(helper.flush(folder)).rejects.toThrow('nothing of this kind');
    await helper.close();
  });

  /** A mount of the recorder's disk, by a pipe that a test can cut. */
  async function mountIt(pipe: Pipe): Promise<void> {
    await pipe.greet(60_000);
    const folder = (await pipe.ask(verbs.openFolder, new Payload().text(lab.path))).answer.u32();
    const attached = await pipe.ask(verbs.attachRecorder, new Payload().u32(folder).text('recorder'));
    const loop = attached.answer.u32();
    const wish = new Payload().u32(folder).u32(loop).text('ext4').text('mount').text('');
    expect(await pipe.ask(verbs.mount, wish)).toMatchObject({ status: 0 });
    expect(lab.leftBehind()).toHaveLength(3);
  }

  it('goes with the caller, and its mount, loop device and filesystem too', async () => {
    const pipe = new Pipe(startAsUser);
    await mountIt(pipe);
    pipe.process.kill('SIGKILL');
    pipe.process.stdin.destroy();
    await expect.poll(() => lab.leftBehind(), { timeout: 2000, interval: 20 }).toEqual([]);
    await expect.poll(() => hasEnded(recorder), { timeout: 2000 }).toBe(true);
  });

  it('that answers no more is cut off when the caller goes', async () => {
    const pipe = new Pipe(startAsUser);
    await mountIt(pipe);
    const args = ['if=/dev/zero', `of=${lab.mountPoint}/dirty`, 'bs=1M', 'count=1'];
    expect(spawnSync('dd', args, { uid: nobody.uid, gid: nobody.gid, cwd: '/' }).status).toBe(0);
    recorder.kill('SIGSTOP');
    pipe.process.kill('SIGKILL');
    pipe.process.stdin.destroy();
    await expect.poll(() => lab.leftBehind(), { timeout: 2000, interval: 20 }).toEqual([]);
    recorder.kill('SIGKILL');
  });

  it('left behind by a helper that was killed is removed', async () => {
    const helper = await Helper.start(startAsUser, { gid: nobody.gid });
    const folder = await helper.openFolder(lab.path);
    const loop = await helper.attachRecorder(folder, 'recorder');
    await helper.mount(folder, loop.id, { fs: 'ext4', name: 'mount', options: '' });
    process.kill(lastChildOf(helper.processId), 'SIGKILL');
    await expect.poll(() => helper.isOpen).toBe(false);
    expect(lab.leftBehind()).toHaveLength(3);
    recorder.kill('SIGSTOP');
    const next = await Helper.start(startAsUser, { gid: nobody.gid });
    await next.undoLeftovers(lab.path);
    await lab.settled();
    await next.close();
    recorder.kill('SIGKILL');
  });
});

/** The helper is the last in a row of children: sudo's, or that of sudo's sudo. */
function lastChildOf(pid = 0): number {
  const [child = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return child === '' ? pid : lastChildOf(Number(child));
}
