import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { thisProcess } from '../../lab/index.ts';
import { sandboxFolder } from '../kernel/folders.ts';
import { makeInstallFolder, nameFor, ownerOf, removeDeadInstalls } from './work-folder.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
  vi.stubEnv('XDG_CACHE_HOME', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

/** An install's folder with something in it, named as that of a process that differs in one thing from this one. */
function folderOf(change: Partial<ReturnType<typeof thisProcess>>): string {
  const folder = path.join(sandboxFolder(), `${nameFor({ ...thisProcess(), ...change })}-AbC123`);
  mkdirSync(path.join(folder, 'tree'), { recursive: true });
  writeFileSync(path.join(folder, 'tree', 'file'), '');
  return folder;
}

describe("an install's folder", () => {
  it('is named for the process that made it, and is its own for each install', async () => {
    const folders = [await makeInstallFolder(), await makeInstallFolder()];
    expect(new Set(folders).size).toBe(2);
    for (const folder of folders) expect(ownerOf(path.basename(folder))).toEqual(thisProcess());
  });

  it('goes with the next install where its process is gone, also where the number is used again', async () => {
    const own = await makeInstallFolder();
    const gone = [
      folderOf({ startTicks: '1' }),
      folderOf({ pid: 2 ** 22 + 1 }),
      folderOf({ bootId: '00000000-0000-4000-8000-000000000000' }),
    ];
    // Whether a process of another namespace lives cannot be told from here.
    const elsewhere = folderOf({ pid: 2 ** 22 + 1, pidNamespace: 'pid:[1]' });
    await removeDeadInstalls();
    expect(gone.filter((folder) => existsSync(folder))).toEqual([]);
    expect(readdirSync(sandboxFolder()).sort()).toEqual(
      [own, elsewhere].map((name) => path.basename(name)).sort(),
    );
  });

  it('is not what has another name', async () => {
    const names = [
      'uml',
      'qemu',
      'kernels',
      'install-1',
      `${nameFor(thisProcess())}`,
      `x${nameFor(thisProcess())}-a`,
    ];
    for (const name of names) mkdirSync(path.join(sandboxFolder(), name), { recursive: true });
    await removeDeadInstalls();
    expect(readdirSync(sandboxFolder()).sort()).toEqual([...names].sort());
    expect(names.map(ownerOf)).toEqual(names.map(() => null));
  });

  it('needs no cache folder to be there', async () => {
    await removeDeadInstalls();
    expect(readdirSync(cache)).toEqual([]);
  });
});
