import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeWorkFolder, removeLeftovers } from '../../main/lab/index.ts';
import { mountsIn, traces, usePrivateTemp } from '../support/lab.ts';
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

describe('folders', () => {
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
