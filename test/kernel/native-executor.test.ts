import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  readlinkSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatImage } from '../../main/lab/index.ts';
import { attachLoop, detachLoop, Executor, ForeignWatch, isLayout } from '../../main/native/index.ts';
import { usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotProgram('mkfs.ext4');
const ok = { value: 0 };
const nothing = { atomic: false, sync: 'none', vectors: 1 } as const;

describe('threads', () => {
  it.each([0, 7, 15])('has an id that fits: %i modulo 16', (threadIdModulo16) => {
    const executor = new Executor({ threadIdModulo16 });
    expect(executor.threadId % 16).toBe(threadIdModulo16);
    executor.end();
    expect(() => executor.threadId).toThrow('has ended');
  });

  it('says that a CPU is not there', () => {
    expect(() => new Executor({ cpu: 8000 })).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });
});

describe.skipIf(reason)(`steps on the kernel${reason ? ` (${reason})` : ''}`, () => {
  let executor: Executor;
  let root: string;
  let device: string;

  beforeAll(async () => {
    const image = path.join(temp(), 'image');
    await formatImage(image, 64 * 2 ** 20, { fs: 'ext4', args: ['-b', '4096'] });
    const loop = await attachLoop(image);
    closeSync(loop.descriptor);
    device = loop.path;
    root = path.join(temp(), 'mount');
    mkdirSync(root);
    executor = new Executor({ threadIdModulo16: 0 });
    await executor.mount(device, root, 'ext4', 0, 'commit=300');
    await executor.enter(root);
  });

  afterAll(async () => {
    await executor.leave();
    await executor.unmount(root);
    executor.end();
    await detachLoop(device);
  });

  /** Descriptors that this process has open on a file of the mount: 'direct' or 'buffered' each. */
  function descriptorsOn(file: string): number {
    const wanted = path.join(root, file);
    return readdirSync('/proc/self/fd').filter((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`) === wanted;
      } catch {
        return false;
      }
    }).length;
  }

  const create = (file: string, direct = true) => executor.run({ op: 'create', file, direct });
  const write = (file: string, offset: number, length: number, direct = true) =>
    executor.run({ op: 'write', file, offset, length, direct, ...nothing });

  it('keeps one direct and one buffered descriptor per file, until close', async () => {
    expect(await create('two')).toEqual(ok);
    expect(await create('two')).toEqual({ value: -1, error: 'EEXIST' });
    expect(descriptorsOn('two')).toBe(1);
    expect(await executor.run({ op: 'open', file: 'two', direct: true })).toEqual(ok);
    expect(descriptorsOn('two')).toBe(1);
    expect(await write('two', 0, 100, false)).toEqual({ value: 100 });
    expect(descriptorsOn('two')).toBe(2);
    expect(await executor.run({ op: 'close', file: 'two' })).toEqual(ok);
    expect(descriptorsOn('two')).toBe(0);
    expect(await executor.run({ op: 'close', file: 'two' })).toEqual(ok);
  });

  it('uses what is open for fallocate, truncate and fsync', async () => {
    await create('one', false);
    await executor.run({ op: 'fallocate', file: 'one', offset: 0, length: 4096, mode: [] });
    await executor.run({ op: 'truncate', file: 'one', size: 10_000 });
    expect(await executor.run({ op: 'fsync', file: 'one' })).toEqual(ok);
    expect(descriptorsOn('one')).toBe(1);
    await executor.run({ op: 'close', file: 'one' });
    expect(await executor.run({ op: 'fsync', file: 'one' })).toEqual(ok);
    expect(await write('one', 0, 100)).toEqual({ value: -1, error: 'EINVAL' });
    expect(descriptorsOn('one')).toBe(1);
  });

  it('opens nothing that is missing, and closes what it unlinks', async () => {
    expect(await write('missing', 0, 4096)).toEqual({ value: -1, error: 'ENOENT' });
    expect(await executor.run({ op: 'layout', file: 'missing' })).toMatchObject({
      value: -1,
      error: 'ENOENT',
    });
    await create('gone');
    expect(await executor.run({ op: 'unlink', file: 'gone' })).toEqual(ok);
    expect(descriptorsOn('gone (deleted)')).toBe(0);
    expect(await executor.run({ op: 'unlink', file: 'gone' })).toEqual({ value: -1, error: 'ENOENT' });
  });

  it('follows no link and leaves its directory by no name', async () => {
    writeFileSync(path.join(temp(), 'outside'), 'untouched');
    symlinkSync(path.join(temp(), 'outside'), path.join(root, 'link'));
    symlinkSync(temp(), path.join(root, 'way-out'));
    expect(await write('link', 0, 100, false)).toEqual({ value: -1, error: 'ELOOP' });
    expect(await create('way-out/new')).toEqual({ value: -1, error: 'ELOOP' });
    expect(await create('../new')).toEqual({ value: -1, error: 'EXDEV' });
    expect(await executor.run({ op: 'mkdir', file: 'way-out/new' })).toEqual({ value: -1, error: 'ELOOP' });
    expect(await executor.run({ op: 'unlink', file: 'way-out/outside' })).toEqual({
      value: -1,
      error: 'ELOOP',
    });
    expect(await executor.run({ op: 'unlink', file: 'link' })).toEqual(ok);
    expect(existsSync(path.join(temp(), 'outside'))).toBe(true);
  });

  it('cuts a write into equal vectors', async () => {
    await create('vectors');
    const shape = {
      op: 'write',
      file: 'vectors',
      offset: 0,
      direct: true,
      atomic: false,
      sync: 'none',
    } as const;
    expect(await executor.run({ ...shape, length: 16 * 512, vectors: 16 })).toEqual({ value: 8192 });
    expect(await executor.run({ ...shape, length: 16 * 100, vectors: 16 })).toMatchObject({
      error: 'EINVAL',
    });
  });

  it('makes many files and removes every other one, stopping at the first error', async () => {
    const many = { op: 'many', prefix: 'm', length: 8192, how: 'buffered' } as const;
    expect(await executor.run({ ...many, count: 10 })).toEqual({ value: 10 });
    const every = { op: 'unlink-every', prefix: 'm', count: 10, step: 3, start: 1 } as const;
    expect(await executor.run(every)).toEqual({ value: 3 });
    expect(readdirSync(root).filter((name) => /^m\d/.test(name))).toEqual([
      'm0',
      'm2',
      'm3',
      'm5',
      'm6',
      'm8',
      'm9',
    ]);
    expect(await executor.run(every)).toEqual({ value: -1, error: 'ENOENT' });
    expect(await executor.run({ ...many, prefix: 'full', count: 10, length: 2 ** 25 })).toEqual({
      value: -1,
      error: 'ENOSPC',
    });
    expect(readdirSync(root)).toContain('full1');
    await executor.run({ op: 'unlink-every', prefix: 'full', count: 10, step: 1, start: 0 });
    await executor.run({ op: 'sync' });
  });

  it('lists files in the order of their latest creation', async () => {
    for (const file of ['z', 'y', 'x']) await create(file);
    await executor.run({ op: 'unlink', file: 'z' });
    await create('z');
    const names = (await executor.names()).filter((name) => /^[xyz]$/.test(name));
    expect(names).toEqual(['y', 'x', 'z']);
  });

  it('reads layouts in blocks, neighbours merged', async () => {
    await create('layout');
    await write('layout', 0, 8192);
    await write('layout', 8192, 8192);
    await executor.run({ op: 'fallocate', file: 'layout', offset: 16384, length: 8192, mode: ['keep-size'] });
    const layout = await executor.run({ op: 'layout', file: 'layout' });
    expect(
      isLayout(layout) && layout.extents.map(({ logical, length, state }) => [logical, length, state]),
    ).toEqual([
      [0, 4, 'written'],
      [4, 2, 'unwritten'],
    ]);
  });

  it('sees changes by others, and its own thread is none', async () => {
    const watch = new ForeignWatch(root, executor.threadId);
    await create('own');
    await write('own', 0, 4096);
    expect(watch.drain()).toEqual([]);
    execFileSync('touch', [path.join(root, 'foreign')]);
    expect(watch.drain()).not.toEqual([]);
    writeFileSync(path.join(root, 'another-thread'), 'of this process');
    expect(watch.drain()).toContainEqual(expect.objectContaining({ thread: process.pid }));
    expect(watch.drain()).toEqual([]);
    watch.close();
  });

  it('ends a long step when it is cancelled', async () => {
    const other = new Executor();
    await other.enter(root);
    const running = other.run({ op: 'many', prefix: 'c', count: 10_000_000, length: 0, how: 'buffered' });
    await expect.poll(() => existsSync(path.join(root, 'c10')), { timeout: 30_000 }).toBe(true);
    other.cancel();
    await expect(running).rejects.toMatchObject({ code: 'ECANCELED' });
    other.end();
  });
});
