#!/usr/bin/env node
/**
 * Opens the desktop app: `node tools/start.mjs`, with plans to open as arguments. With `check` it only says whether that can work here, in one line,
 * before anything is built. Plain JavaScript, since it runs before anything is built.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const leastNode = [22, 12];
const browserInstead =
  'or use the same interface in a browser: npm run build, then node dist/main/cli/untorn.js serve';

/** Electron's own program, without loading the package, which would start a download; null where there is none. */
function electronProgram() {
  const folder = join(root, 'node_modules', 'electron');
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return join(override, 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(program) ? program : null;
}

/**
 * Whether Chromium's sandbox has neither of its two ways: user namespaces, which some systems let only chosen programs make (Ubuntu
 * since 24.04, by AppArmor), or its helper with the set-user-ID bit.
 */
function sandboxIsShut(program) {
  const restricted = ['kernel/apparmor_restrict_unprivileged_userns', 'user/max_user_namespaces'].map(
    (name) => {
      const path = `/proc/sys/${name}`;
      return existsSync(path) ? Number(readFileSync(path, 'utf8')) : null;
    },
  );
  if (restricted[0] !== 1 && restricted[1] !== 0) return false;
  const helper = join(dirname(program), 'chrome-sandbox');
  if (!existsSync(helper)) return true;
  const { uid, mode } = statSync(helper);
  return uid !== 0 || (mode & 0o4000) === 0;
}

/** Electron runs by itself; only the script that fetches it takes a newer Node than the rest of Untorn. */
function whyNoProgram() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]))
    return "the desktop app needs Electron's binary, which is not there: npx install-electron";
  return `the desktop app needs Electron's binary, and fetching it takes Node ${leastNode.join('.')} or newer, this is ${process.versions.node} (https://nodejs.org; then npx install-electron)`;
}

/** What is missing, in one line, or null. */
function whyNot() {
  const program = electronProgram();
  if (program === null || !existsSync(program)) return `${whyNoProgram()}; ${browserInstead}`;
  if (process.getuid?.() === 0) {
    return `the desktop app does not run as root, since Electron's sandbox does not: start it as yourself (real runs ask for leave by themselves); ${browserInstead}`;
  }
  if (sandboxIsShut(program)) {
    const helper = join(dirname(program), 'chrome-sandbox');
    return `this system shuts Electron's sandbox: sudo chown root:root ${helper} && sudo chmod 4755 ${helper}; ${browserInstead}`;
  }
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return `the desktop app needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set; ${browserInstead}`;
  }
  return null;
}

const why = whyNot();
if (why !== null) {
  process.stderr.write(`untorn: ${why}\n`);
  process.exitCode = 3;
} else if (process.argv[2] !== 'check') {
  const app = spawn(electronProgram(), [root, ...process.argv.slice(2)], { stdio: 'inherit' });
  app.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
