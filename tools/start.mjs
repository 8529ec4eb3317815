#!/usr/bin/env node
/**
 * Opens the desktop app: `node tools/start.mjs`. With `check` it only says whether that can work here, in one line,
 * before anything is built. Plain JavaScript, since it runs before anything is built.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

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

/** What is missing, in one line, or null. */
function whyNot() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
    return `the desktop app needs Node ${leastNode.join('.')} or newer, this is ${process.versions.node} (https://nodejs.org); ${browserInstead}`;
  }
  if (electronProgram() === null) {
    return `the desktop app needs Electron's binary, which is not there: npx install-electron; ${browserInstead}`;
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
  const app = spawn(electronProgram(), [root], { stdio: 'inherit' });
  app.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
