import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  attachImage,
  Cleanup,
  findLeftovers,
  formatImage,
  makeWorkFolder,
  prepareTarget,
  removeLeftovers,
} from '../../main/lab/index.ts';
import { attachLoop, detachLoop, mount, unmount } from '../../main/native/index.ts';
import { ext4Plan, mountsIn, planOn, traces, usePrivateTemp } from '../support/lab.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { usePlanChildren } from '../support/plan-children.ts';

const temp = usePrivateTemp();
const reason = whyNotRoot() || whyNotProgram('mkfs.ext4');

const endless = [{ op: 'many', prefix: 'm', count: 10_000_000, length: 0, how: 'buffered' }];
const loop = {
  kind: 'loop',
  size: '256MiB',
  mkfs: { fs: 'ext4', args: ['-b', '4096', '-N', '60000'] },
};

const { start, end, ownLeftovers } = usePlanChildren(temp);

/** Starts a run in another process and waits until it is in the middle of its steps. */
function startRun(target: object, steps: readonly object[] = endless): Promise<ChildProcess> {
  return start('lab', { version: 1, target, steps }, 'running');
}

describe.skipIf(reason)(`what a run leaves behind${reason ? ` (${reason})` : ''}`, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('is nothing after %s', async (signal) => {
    const child = await startRun(loop);
    expect(mountsIn(temp())).toHaveLength(1);
    await end(child, signal);
    expect(traces(temp())).toEqual(['plan.json']);
    expect(await ownLeftovers()).toEqual([]);
  });

  it('is not touched while its process lives, and found and removed after kill -9', async () => {
    const child = await startRun(loop);
    expect(await ownLeftovers()).toEqual([]);
    await end(child, 'SIGKILL');
    expect(mountsIn(temp())).toHaveLength(1);

    const found = await ownLeftovers();
    expect(found).toHaveLength(1);
    expect(found[0]?.text).toMatch(
      /left behind by process \d+: folder .*, mount .*, loop device \/dev\/loop\d+/,
    );
    await removeLeftovers(found);
    expect(traces(temp())).toEqual(['plan.json']);
    expect(await ownLeftovers()).toEqual([]);
  });

  it('in a directory of the user’s is removed too, and nothing beside it', async () => {
    const folder = path.join(temp(), 'mine');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'kept'), 'kept');
    const child = await startRun({ kind: 'mounted', path: folder });
    await expect.poll(() => readdirSync(folder).length).toBe(2);
    await end(child, 'SIGKILL');

    await removeLeftovers(await ownLeftovers());
    expect(readdirSync(folder)).toEqual(['kept']);
  });
});

const tracefs = '/sys/kernel/tracing/instances';

describe.skipIf(reason)(`what somebody else has a hand in${reason ? ` (${reason})` : ''}`, () => {
  it.skipIf(!existsSync(tracefs))(
    'a trace that is being read stays, with the folder that names it',
    async () => {
      const lab = await prepareTarget(ext4Plan([{ op: 'create', file: 'a' }]), {});
      let held: number | null = null;
      let instance = '';
      const hold = (): void => {
        const own = readdirSync(tracefs).filter((name) => readdirSync(temp()).includes(name));
        if (held !== null || own.length === 0) return;
        instance = path.join(tracefs, own[0] ?? '');
        held = openSync(path.join(instance, 'trace'), 'r');
      };
      try {
        // The run itself has succeeded: its result is not lost.
        const run = await lab.execute({ onProgress: hold });
        expect(run.outcome.steps).toHaveLength(1);
        await lab.dispose();
        expect(existsSync(instance)).toBe(true);
        expect(mountsIn(temp())).toEqual([]);
        expect(traces(temp())).toContain(path.basename(instance));
      } finally {
        if (held !== null) closeSync(held);
        if (instance !== '') rmdirSync(instance);
        rmSync(path.join(temp(), path.basename(instance)), { recursive: true });
      }
    },
  );

  it('a loop device keeps its number while it is looked whether it is ours', async () => {
    const [image, other] = ['image', 'other'].map((name) => path.join(temp(), name)) as [string, string];
    for (const file of [image, other]) {
      writeFileSync(file, '');
      truncateSync(file, 2 ** 20);
    }
    const cleanup = new Cleanup();
    let second: { readonly path: string; readonly descriptor: number } | null = null;
    const attach = async (): Promise<{
      number: number;
      path: string;
      rotational: boolean;
      detach(): Promise<void>;
    }> => {
      const { number, path: device, descriptor } = await attachLoop(image);
      closeSync(descriptor);
      // Somebody detaches it and takes the next free one, just after it was looked at.
      const detach = async (): Promise<void> => {
        await detachLoop(device);
        second = await attachLoop(other);
      };
      return { number, path: device, rotational: false, detach };
    };
    const first = await attachImage(image, undefined, cleanup, { privileges: { attach } });
    await cleanup.run();
    const taken = second as { readonly path: string; readonly descriptor: number } | null;
    closeSync(taken?.descriptor ?? -1);
    await detachLoop(taken?.path ?? '');
    expect(taken?.path).not.toBe(first.path);
    for (const file of [image, other]) rmSync(file);
  });

  it('lets a damaged image have no panic', async () => {
    const image = path.join(temp(), 'panics');
    await formatImage(image, 64 * 2 ** 20, { fs: 'ext4', args: ['-e', 'panic'] });
    const plan = planOn({ kind: 'image', path: image }, [{ op: 'create', file: 'a' }]);
    const lab = await prepareTarget(plan);
    try {
      expect(lab.mountOptions).toContain('errors=remount-ro');
    } finally {
      await lab.dispose();
      rmSync(image);
    }
  });
});

describe('folders', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** Makes it look like the folder of a process that has ended. */
  const bury = (folder: string, owner: object = {}): void => {
    const file = path.join(folder, 'untorn-lab.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as { readonly owner: object };
    writeFileSync(
      file,
      JSON.stringify({ ...record, owner: { ...record.owner, startTicks: 'never', ...owner } }),
    );
  };

  it('of processes in another pid namespace are left alone, where the machine has not been started since', async () => {
    const folder = await makeWorkFolder();
    bury(folder.path, { pidNamespace: 'pid:[1]' });
    expect(await ownLeftovers()).toEqual([]);
    bury(folder.path, { pidNamespace: 'pid:[1]', bootId: 'another boot' });
    expect(await ownLeftovers()).toHaveLength(1);
    await folder.remove();
  });

  it('are found once, and without links, where the temp directory is one', async () => {
    mkdirSync(path.join(temp(), 'real'));
    symlinkSync(path.join(temp(), 'real'), path.join(temp(), 'link'));
    vi.stubEnv('TMPDIR', path.join(temp(), 'link'));
    const folder = await makeWorkFolder();
    expect(path.dirname(folder.path)).toBe(path.join(temp(), 'real'));
    bury(folder.path);
    const found = (await findLeftovers()).map((leftover) => leftover.folder.path);
    expect(found.filter((name) => name.includes(folder.token))).toEqual([folder.path]);
    await folder.remove();
  });

  it.skipIf(reason)('are made where the runtime folder is full', async () => {
    const runtime = path.join(temp(), 'runtime');
    mkdirSync(runtime);
    await mount('none', runtime, 'tmpfs', { options: 'nr_inodes=2,mode=700' });
    try {
      mkdirSync(path.join(runtime, 'untorn'), { mode: 0o700 });
      vi.stubEnv('XDG_RUNTIME_DIR', runtime);
      const folder = await makeWorkFolder();
      expect(existsSync(folder.path)).toBe(true);
      await folder.remove();
    } finally {
      await unmount(runtime);
    }
  });

  it('have no pointer in a runtime folder that is relative', async () => {
    vi.stubEnv('XDG_RUNTIME_DIR', 'relative');
    await (await makeWorkFolder()).remove();
    expect(existsSync('relative')).toBe(false);
  });

  it('of a living process are no leftovers, and go with their contents', async () => {
    const folder = await makeWorkFolder();
    writeFileSync(path.join(folder.path, 'image'), 'x');
    expect(await ownLeftovers()).toEqual([]);
    await folder.remove();
    expect(readdirSync(temp())).not.toContain(path.basename(folder.path));
  });

  it('that somebody else could have made are no leftovers', async () => {
    const folder = await makeWorkFolder();
    const record = JSON.parse(readFileSync(path.join(folder.path, 'untorn-lab.json'), 'utf8')) as object;
    const dead = { ...record, owner: { pid: 1, startTicks: 'never', bootId: 'another boot' } };
    const plant = (name: string, mode: number, text: string): void => {
      mkdirSync(path.join(temp(), name), { mode: 0o700 });
      writeFileSync(path.join(temp(), name, 'untorn-lab.json'), text, { mode });
    };
    plant('untorn-damaged', 0o600, '{');
    plant('untorn-foreign', 0o600, JSON.stringify(dead));
    plant('untorn-open', 0o600, JSON.stringify({ ...dead, token: 'untorn-open' }));
    chmodSync(path.join(temp(), 'untorn-open'), 0o777);
    plant('untorn-ours', 0o600, JSON.stringify({ ...dead, token: 'untorn-ours' }));
    const found = (await ownLeftovers()).map((leftover) => path.basename(leftover.folder.path));
    expect(found).toEqual(['untorn-ours']);
    await folder.remove();
  });
});
