import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Unable } from '../failure.ts';
import { loadSite } from './site.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('lists what was built, by its address', async () => {
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), 'page');
  await writeFile(join(folder, 'assets', 'a-1.js'), 'code');
  const site = await loadSite(folder);
  expect([...site.keys()].sort()).toEqual(['/', '/assets/a-1.js', '/index.html']);
  expect(site.get('/assets/a-1.js')).toMatchObject({
    contentType: 'text/javascript; charset=utf-8',
    immutable: true,
  });
  expect(site.get('/')?.body.toString()).toBe('page');
});

it('has what was compressed beside the file that it is of, under no address of its own', async () => {
  await writeFile(join(folder, 'index.html'), 'page');
  await writeFile(join(folder, 'index.html.gz'), 'small');
  await writeFile(join(folder, 'icon.svg'), 'icon');
  const site = await loadSite(folder);
  expect([...site.keys()].sort()).toEqual(['/', '/icon.svg', '/index.html']);
  expect(site.get('/')?.gzip?.toString()).toBe('small');
  expect(site.get('/icon.svg')?.gzip).toBeNull();
});

it('leaves out links and files of kinds that no page needs', async () => {
  await writeFile(join(folder, 'index.html'), 'page');
  await writeFile(join(folder, 'notes.txt'), 'secret');
  await symlink('/etc/hostname', join(folder, 'host.html'));
  expect([...(await loadSite(folder)).keys()].sort()).toEqual(['/', '/index.html']);
});

it('says where nothing was built', async () => {
  await expect(loadSite(join(folder, 'none'))).rejects.toThrow(Unable);
  await expect(loadSite(folder)).rejects.toThrow('npm run build');
});
