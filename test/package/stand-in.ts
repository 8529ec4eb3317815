import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectPath } from '../../main/project.ts';
import { fuseMark } from './archive.ts';

const run = promisify(execFile);

/** Version, count, and every fuse as Electron is shipped since version 43 (electron/build/fuses/fuses.json5). */
const fuseWire = `${fuseMark}\u0001\u0009101100011`;

/**
 * Makes a folder that is to electron-builder what Electron's own distribution is: the files that it looks for by name, and a
 * binary that does nothing but carry the switches that packing has to turn.
 */
export async function makeDistribution(folder: string): Promise<void> {
  const { version } = JSON.parse(
    await readFile(projectPath('node_modules', 'electron', 'package.json'), 'utf8'),
  ) as {
    version: string;
  };
  await mkdir(join(folder, 'resources'), { recursive: true });
  await mkdir(join(folder, 'locales'));
  const files: Record<string, string> = {
    electron: `#!/bin/sh\nexit 0\n# ${fuseWire}\n`,
    'chrome-sandbox': '#!/bin/sh\n',
    chrome_crashpad_handler: '#!/bin/sh\n',
    version,
    LICENSE: 'of Electron',
    'LICENSES.chromium.html': 'of Chromium',
    'icudtl.dat': '',
    'resources.pak': '',
    'v8_context_snapshot.bin': '',
    'libffmpeg.so': '',
    'locales/en-US.pak': '',
    'locales/de.pak': '',
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text, 'latin1');
    await chmod(join(folder, name), text.startsWith('#!') ? 0o755 : 0o644);
  }
}

/** Programs and folders without which nothing can be packed here; a reason, or null. */
export function whyNotPacked(): string | null {
  const built = [
    'dist/main/electron/entry.js',
    'dist/main/cli/shipped.js',
    'dist/preload/preload.cjs',
    'dist/renderer/index.html',
    'native/build/untorn.node',
    'native/build/untorn-helper',
  ];
  const missing = built.find((path) => !existsSync(projectPath(path)));
  if (missing !== undefined) return `${missing} is not built (npm run build)`;
  if (!existsSync(projectPath('node_modules', 'electron-builder', 'cli.js'))) return 'no electron-builder';
  return existsSync('/usr/bin/dpkg-deb') ? null : 'no dpkg-deb (apt-get install dpkg)';
}

export interface Packed {
  /** The app as it would lie in /opt/Untorn. */
  readonly app: string;
  readonly deb: string;
  /** What electron-builder told on the way. */
  readonly told: string;
}

/** Runs electron-builder with the project's own configuration; its fpm is the stand-in beside this file. */
export async function pack(folder: string): Promise<Packed> {
  const distribution = join(folder, 'electron');
  await makeDistribution(distribution);
  const out = join(folder, 'out');
  const { stdout, stderr } = await run(
    process.execPath,
    [
      projectPath('node_modules', 'electron-builder', 'cli.js'),
      ...['--linux', 'deb', 'dir', '--x64', '--publish', 'never'],
      `-c.electronDist=${distribution}`,
      `-c.directories.output=${out}`,
    ],
    {
      cwd: projectPath(),
      env: { ...process.env, CUSTOM_FPM_PATH: projectPath('test', 'package', 'fpm.mjs') },
      maxBuffer: 2 ** 24,
    },
  );
  const deb = (await readdir(out)).find((name) => name.endsWith('.deb'));
  if (deb === undefined) throw new Error(`no package was made: ${stdout}${stderr}`);
  return { app: join(out, 'linux-unpacked'), deb: join(out, deb), told: `${stdout}${stderr}` };
}
