import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectPath } from '../project.ts';

/** What the sources must not even mention; everything else about the shell is tested by running it. */

const read = (...parts: string[]) => readFileSync(projectPath(...parts), 'utf8');

/** What a file takes of Electron at run time. */
function electronNames(path: string): string[] {
  const [, names = ''] = /import \{([^}]*)\} from 'electron'/.exec(read(path)) ?? [];
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .sort();
}

function interfaceSources(): string[] {
  return readdirSync(projectPath('renderer'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(html|css|svelte|ts)$/.test(entry.name))
    .filter((entry) => !entry.name.endsWith('.test.ts') && entry.name !== 'vite.config.ts')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

it('the main process takes nothing that opens addresses, records or reaches the network', () => {
  expect(electronNames('main/electron/entry.ts')).toEqual(
    ['BrowserWindow', 'Menu', 'app', 'dialog', 'ipcMain', 'protocol', 'screen', 'session'].sort(),
  );
});

it('the preload script takes a channel, the bridge, and the paths of files', () => {
  expect(electronNames('main/electron/preload.ts')).toEqual(['contextBridge', 'ipcRenderer', 'webUtils']);
});

it('the page embeds no other page and loads nothing from elsewhere', () => {
  const all = interfaceSources().join('\n');
  expect(all.length).toBeGreaterThan(10_000);
  expect(all).not.toMatch(/<webview|<iframe|<object|<embed/);
  expect(all.replaceAll(/http:\/\/www\.w3\.org\/\S*/g, '')).not.toMatch(/(src|href)=["']?(https?:)?\/\//);
  expect(all).not.toMatch(/\beval\(|new Function\(|\.innerHTML\s*=|\{@html/);
});

it('Electron is pinned to one version, which is the one that is there', () => {
  const pinned = (JSON.parse(read('package.json')) as { devDependencies: { electron: string } })
    .devDependencies.electron;
  expect(pinned).toMatch(/^\d+\.\d+\.\d+$/);
  const { version } = JSON.parse(read('node_modules', 'electron', 'package.json')) as { version: string };
  expect(version).toBe(pinned);
});
