import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, readlink, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectClient, contract, fileBytesMax, memoryTransports, serveRpc } from '../../core/rpc/index.ts';
import { serviceWith } from '../../test/support/service.ts';
import { desktopProcedures, readTextFile, versionsHere, type Desktop } from './desktop.ts';
import { openRecentFiles } from './recent.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

function connect(path: string | null, native = true) {
  const recent = openRecentFiles(join(folder, 'recent.json'));
  const desktop: Desktop = {
    chooseFile: () => Promise.resolve(path),
    chooseSave: () => Promise.resolve(path),
    confirmOverwriting: () => Promise.resolve(false),
    watch: () => () => undefined,
  };
  const [near, far] = memoryTransports();
  serveRpc(
    contract,
    serviceWith(desktopProcedures(native ? desktop : null, recent, versionsHere('1.2.3'))),
    far,
  );
  return { client: connectClient(contract, near), recent };
}

describe('a service without a desktop', () => {
  it('says so, and what it runs on', async () => {
    const { native, versions } = await connect(null, false).client.call('desktop.facts', {}).result;
    expect(native).toBe(false);
    expect(versions.map(({ name }) => name)).toEqual(['Untorn', 'Node', 'Node-API', 'Kernel']);
    expect(versions[0]?.version).toBe('1.2.3');
  });

  it('opens, chooses, saves and watches nothing', async () => {
    const { client } = connect('/etc/passwd', false);
    const unable = { code: 'unable' };
    await expect(client.call('desktop.open', { what: 'plan' }).result).rejects.toMatchObject(unable);
    await expect(client.call('desktop.choose', { what: 'file' }).result).rejects.toMatchObject(unable);
    await expect(client.call('desktop.save', { name: 'a', text: '' }).result).rejects.toMatchObject(unable);
    await expect(client.call('desktop.watch', {}).result).rejects.toMatchObject(unable);
  });
});

describe('recent files', () => {
  it('are those that the user opened, newest first, each once, a dozen at most', async () => {
    const recent = openRecentFiles(join(folder, 'recent.json'));
    for (let n = 0; n < 20; n++) recent.remember(`/plans/${n}.json`);
    recent.remember('/plans/15.json');
    const names = openRecentFiles(join(folder, 'recent.json'))
      .list()
      .map(({ name }) => name);
    expect(names).toHaveLength(12);
    expect(names.slice(0, 3)).toEqual(['15.json', '19.json', '18.json']);
    expect(new Set(names).size).toBe(12);
  });

  it('are the only files that a page can name', async () => {
    const known = join(folder, 'known.json');
    await writeFile(known, '{}');
    const { client, recent } = connect(null);
    for (const path of [known, '/etc/passwd', `${folder}/../${folder}/known.json`])
      await expect(client.call('files.open', { path }).result).rejects.toMatchObject({ code: 'refused' });
    recent.remember(known);
    expect(await client.call('files.open', { path: known }).result).toMatchObject({ text: '{}' });
    await expect(client.call('files.open', { path: '/etc/passwd' }).result).rejects.toMatchObject({
      code: 'refused',
    });
    await client.call('files.forget', {}).result;
    expect(await client.call('files.recent', {}).result).toEqual([]);
    await expect(client.call('files.open', { path: known }).result).rejects.toMatchObject({
      code: 'refused',
    });
  });
});

describe('a file that the user chose', () => {
  it.each([
    ['is not there', async () => undefined, 'cannot be read (ENOENT)'],
    ['is a folder', async (path: string) => execFileSync('mkdir', [path]), 'is not a regular file'],
    [
      'is a pipe that nobody writes to',
      async (path: string) => execFileSync('mkfifo', [path]),
      'not a regular file',
    ],
    [
      'is no text',
      (path: string) => writeFile(path, Buffer.from([0x7b, 0xff, 0xfe])),
      'is not a text in UTF-8',
    ],
    [
      'is too long',
      async (path: string) => {
        await writeFile(path, '');
        await truncate(path, fileBytesMax + 1);
      },
      'is longer than 15 MiB',
    ],
  ])('is refused where it %s', async (_, make, why) => {
    const path = join(folder, 'x');
    await make(path);
    await expect(readTextFile(path)).rejects.toThrow(why);
    const { client, recent } = connect(path);
    await expect(client.call('desktop.open', { what: 'plan' }).result).rejects.toMatchObject({
      code: 'input',
      issues: [{ place: path }],
    });
    expect(recent.list()).toEqual([]);
  });

  it('is written whole, through a link, and keeps nothing beside it', async () => {
    const [path, link] = [join(folder, 'plan.json'), join(folder, 'link')];
    await writeFile(path, 'a longer text than the new one');
    await symlink('plan.json', link);
    const { client } = connect(link);
    expect(await client.call('desktop.save', { name: 'plan.json', text: 'new' }).result).toEqual({
      path: link,
    });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readlink(link)).toBe('plan.json');
    expect((await stat(path)).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it('says why it cannot be written', async () => {
    await chmod(folder, 0o700);
    const { client } = connect(join(folder, 'no', 'such', 'folder'));
    await expect(client.call('desktop.save', { name: 'a', text: '' }).result).rejects.toMatchObject({
      code: 'unable',
      message: expect.stringContaining('cannot be written (ENOENT)') as string,
    });
  });

  it.each(['', 'a/b', '../a', 'a\0', 'x'.repeat(256)])('is not proposed under the name %j', async (name) => {
    const [near, far] = memoryTransports();
    let asked = 0;
    serveRpc(
      contract,
      serviceWith({}, () => asked++),
      far,
    );
    const answer = new Promise<string>((resolve) => near.onMessage((text) => resolve(String(text))));
    const input = { name, text: '' };
    near.send(JSON.stringify({ kind: 'request', id: 1, procedure: 'desktop.save', input }));
    expect(JSON.parse(await answer)).toMatchObject({ error: { code: 'malformed' } });
    expect(asked).toBe(0);
  });
});
