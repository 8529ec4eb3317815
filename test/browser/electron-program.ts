import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectPath } from '../../main/project.ts';

/** What it takes to start Electron's real binary here: somebody who is not root, and a display. */

/** Debian's `nobody`, as whom root starts it: Chromium's sandbox does not run as root. */
const nobody = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;
const { DISPLAY, WAYLAND_DISPLAY } = process.env;
const hasDisplay = Boolean(DISPLAY ?? WAYLAND_DISPLAY);

function isThere(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Why the desktop app would not open a window here; null where it would. */
export function whyNoElectron(): string | null {
  if (!existsSync(projectPath('dist', 'main', 'electron', 'entry.js'))) return 'not built (npm run build)';
  if (!hasDisplay && !isThere('Xvfb')) return 'neither a display nor Xvfb (apt-get install xvfb)';
  if (isRoot && !isThere('setpriv'))
    return 'Electron does not run as root, and there is no setpriv (util-linux)';
  // `npm start` knows the rest; it is asked as who would start it, on the display that there will be.
  const { error, status, stderr } = spawnSync(
    process.execPath,
    [projectPath('tools', 'start.mjs'), 'check'],
    {
      encoding: 'utf8',
      env: { DISPLAY: ':0', ...process.env },
      ...(isRoot ? nobody : {}),
    },
  );
  if (error) return `nobody but root reads this folder (${error.message})`;
  return status === 0 ? null : stderr.replace(/^untorn: /, '').replace(/;.*$/s, '');
}

/** Electron's own program, found without loading its package, which would start a download. */
function electronProgram(): string {
  const folder = projectPath('node_modules', 'electron');
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined) return join(override, 'electron');
  return join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
}

/** A program that starts Electron as somebody who is not root, to whom `folder` is given. */
export async function ordinaryElectron(folder: string): Promise<string> {
  if (!isRoot) return electronProgram();
  await chown(folder, nobody.uid, nobody.gid);
  const path = join(folder, 'electron-as-nobody');
  const as = `--reuid ${nobody.uid} --regid ${nobody.gid} --clear-groups --inh-caps=-all`;
  await writeFile(path, `#!/bin/sh\nexec setpriv ${as} -- '${electronProgram()}' "$@"\n`);
  await chmod(path, 0o755);
  return path;
}

export interface Display {
  /** What the environment has to say. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The display that there is, or one in memory. */
export async function openDisplay(): Promise<Display> {
  const { XDG_RUNTIME_DIR } = process.env;
  const known = Object.entries({ DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR });
  const env = Object.fromEntries(known.flatMap(([name, value]) => (value ? [[name, value]] : [])));
  if (hasDisplay) return { env, close: () => Promise.resolve() };
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await firstLine(server);
  return {
    env: { DISPLAY: `:${number}` },
    async close() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('its output is not read');
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`Xvfb ended with ${String(code)}`);
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return line;
}

/** Processes whose command line names the folder: Chromium tells all of its processes where its data is. */
export function processesOn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => commandLine(pid))
    .filter((line) => line.includes(folder));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
