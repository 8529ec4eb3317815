import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive, readFuses } from './archive.ts';
import { pack, whyNotPacked, type Packed } from './stand-in.ts';

const whyNot = whyNotPacked();

/** What goes into the package, packed by electron-builder itself around a stand-in for Electron's binary and for fpm. */
describe.skipIf(whyNot)(`the package${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let folder: string;
  let packed: Packed;
  let root: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'untorn-package-'));
    packed = await pack(folder);
    root = join(folder, 'root');
    execFileSync('dpkg-deb', ['-x', packed.deb, root]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const archive = () => readArchive(join(packed.app, 'resources', 'app.asar'));
  const unpacked = (...parts: string[]) => join(packed.app, 'resources', 'app.asar.unpacked', ...parts);
  const filesIn = (path: string): string[] =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length));
  const inAsar = () => archive().map(({ path }) => path);

  it('holds what runs, and neither sources nor maps nor tests', () => {
    const files = inAsar();
    for (const needed of [
      'package.json',
      'LICENSE',
      'dist/main/electron/entry.js',
      'dist/main/cli/untorn.js',
      'dist/main/predict/worker.js',
      'dist/main/sandbox/guest/entry.js',
      'dist/preload/preload.cjs',
      'dist/renderer/index.html',
      'native/build/untorn.node',
      'native/build/untorn-helper',
      'native/build/untorn-keeper',
      'native/build/untorn-init',
      'native/build/untorn-recorder',
      'native/helper/io.github.untorn.Untorn.policy',
      'packaging/icons/256x256.png',
      'examples/database-pages.json',
    ])
      expect(files).toContain(needed);
    const strange = files.filter((path) =>
      /\.(map|ts|svelte|cc|h|o|from|md|tsbuildinfo)$|\.test\.|(^|\/)(test|tests|docs|core|renderer\/src)\//.test(
        path.replace(/^dist\/renderer/, 'dist'),
      ),
    );
    expect(strange).toEqual([]);
    const rooms = new Set(files.map((path) => path.split('/')[0]));
    expect([...rooms].sort()).toEqual(
      ['LICENSE', 'dist', 'examples', 'native', 'node_modules', 'package.json', 'packaging'].sort(),
    );
  });

  it('brings of node_modules only what is not bundled', () => {
    const packages = inAsar()
      .filter((path) => path.startsWith('node_modules/'))
      .map((path) => path.split('/')[1]);
    expect([...new Set(packages)]).toEqual(['ws']);
  });

  it('has a description without what only developers need', () => {
    const description = JSON.parse(readFileSync(unpacked('package.json'), 'utf8')) as Record<string, unknown>;
    expect(description).toMatchObject({
      name: 'untorn',
      main: 'dist/main/electron/entry.js',
      type: 'module',
      desktopName: 'io.github.untorn.Untorn.desktop',
    });
    expect(description).not.toHaveProperty('devDependencies');
  });

  it('leaves outside of the archive what others open, with its mode', () => {
    const modes = ['untorn.node', 'untorn-helper', 'untorn-keeper', 'untorn-init', 'untorn-recorder'].map(
      (name) => [name, (statSync(unpacked('native', 'build', name)).mode & 0o7777).toString(8)],
    );
    expect(modes).toEqual([
      ['untorn.node', '755'],
      ['untorn-helper', '755'],
      ['untorn-keeper', '755'],
      ['untorn-init', '755'],
      ['untorn-recorder', '755'],
    ]);
    for (const path of [
      'dist/main/sandbox/guest/entry.js',
      'dist/main/cli/untorn.js',
      'node_modules/ws/index.js',
    ])
      expect(existsSync(unpacked(path))).toBe(true);
    expect(filesIn(unpacked()).filter((path) => path.includes('preload'))).toEqual([]);
    const inside = archive().flatMap(({ path, unpacked: isOutside }) => (isOutside ? [] : [path]));
    expect(inside.sort()).toEqual(['LICENSE', 'dist/preload/preload.cjs', 'packaging/icons/256x256.png']);
  });

  it('turns the fuses', () => {
    const names = [
      'run as Node',
      'cookies',
      'NODE_OPTIONS',
      'inspect',
      'integrity',
      'only asar',
      'snapshot',
      'file:',
      // Of which electron-builder knows nothing yet: as shipped.
      'traps of WebAssembly',
    ];
    const fuses = [...readFuses(join(packed.app, 'untorn-desktop'))];
    expect(fuses).toHaveLength(names.length);
    expect(names.filter((_, index) => fuses[index] === '1')).toEqual([
      'integrity',
      'only asar',
      'traps of WebAssembly',
    ]);
  });

  it('runs its command line under another Node, addon and page included', () => {
    const cli = unpacked('dist', 'main', 'cli', 'untorn.js');
    const run = (...args: string[]) => execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
    expect(run('--version')).toContain('0.1.0');
    const outcome = JSON.parse(
      run('predict', '--json', unpacked('examples', 'database-pages.json')),
    ) as object;
    expect(outcome).toMatchObject({ allocator: expect.stringMatching(/^linux-/) as string });
    expect(run('probe', '/')).toContain('/');
  });

  it('serves its page under another Node', async () => {
    const cli = unpacked('dist', 'main', 'cli', 'untorn.js');
    const server = spawn(process.execPath, [cli, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(server, 'exit');
    try {
      const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
      const page = await fetch(line);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<div id="app">');
    } finally {
      server.kill('SIGINT');
      await ended;
    }
  });

  describe('as a deb', () => {
    const listed = () =>
      execFileSync('dpkg-deb', ['-c', packed.deb], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/))
        .map(([mode = '', owner = '', , , , path = '']) => ({ mode, owner, path: path.replace(/^\./, '') }));
    const field = (name: string) =>
      execFileSync('dpkg-deb', ['-f', packed.deb, name], { encoding: 'utf8' }).trim();

    it('belongs to root, lets nobody else write, and has no program that runs as root for everyone', () => {
      const files = listed();
      expect(files.filter(({ owner }) => owner !== 'root/root')).toEqual([]);
      expect(files.filter(({ mode }) => mode[5] === 'w' || mode[8] === 'w')).toEqual([]);
      expect(files.filter(({ mode }) => /s/i.test(mode))).toEqual([]);
    });

    it('puts the policy where polkit looks, and the helper where the policy says', () => {
      const policy = '/usr/share/polkit-1/actions/io.github.untorn.Untorn.policy';
      const [, helper = ''] =
        /policykit\.exec\.path">([^<]+)</.exec(readFileSync(join(root, policy), 'utf8')) ?? [];
      const files = listed();
      expect(files.find(({ path }) => path === policy)?.mode).toBe('-rw-r--r--');
      expect(files.find(({ path }) => path === helper)?.mode).toBe('-rwxr-xr-x');
    });

    it('tells the desktop what it opens, under one name', () => {
      const entry = readFileSync(
        join(root, 'usr/share/applications/io.github.untorn.Untorn.desktop'),
        'utf8',
      );
      expect(entry).toContain('Exec=/opt/Untorn/untorn-desktop %U');
      expect(entry).toContain('StartupWMClass=io.github.untorn.Untorn\n');
      const [, type = ''] = /^MimeType=([^;]+);$/m.exec(entry) ?? [];
      const kinds = readFileSync(join(root, 'usr/share/mime/packages/io.github.untorn.Untorn.xml'), 'utf8');
      expect(kinds).toContain(`<mime-type type="${type}">`);
      expect(kinds).toContain('*.untorn.json');
      const [, icon = ''] = /^Icon=(.+)$/m.exec(entry) ?? [];
      const sizes = filesIn(join(root, 'usr/share/icons/hicolor')).sort();
      expect(sizes).toEqual(
        [16, 24, 32, 48, 64, 96, 128, 256, 512].map((size) => `/${size}x${size}/apps/${icon}.png`).sort(),
      );
    });

    it('names what it takes', () => {
      expect(field('Package')).toBe('untorn');
      expect(field('Depends').split(', ')).toEqual(
        expect.arrayContaining(['libgtk-3-0', 'libnss3', 'e2fsprogs', 'pkexec | policykit-1']),
      );
      expect(field('Recommends').split(', ')).toEqual(['xfsprogs', 'nodejs (>= 20.19)', 'sudo', 'fuse3']);
      expect(listed().find(({ path }) => path === '/usr/bin/untorn')?.mode).toBe('-rwxr-xr-x');
    });
  });
});
