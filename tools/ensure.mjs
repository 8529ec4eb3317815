#!/usr/bin/env node
/**
 * Makes sure that the programs which a command needs are there: `node tools/ensure.mjs build run test`.
 * On Debian and Ubuntu it installs what is missing (as root, or through sudo); elsewhere it says what to install.
 * Plain JavaScript, since it runs before anything is built.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What each purpose needs: a program, the Debian package that has it, and its name elsewhere. */
const needs = {
  build: [{ program: 'g++', debian: 'g++', elsewhere: 'a C++17 compiler (g++ or clang++)' }],
  run: [
    { program: 'mkfs.ext4', debian: 'e2fsprogs', elsewhere: 'e2fsprogs' },
    { program: 'mkfs.xfs', debian: 'xfsprogs', elsewhere: 'xfsprogs' },
  ],
  test: [
    { program: 'debugfs', debian: 'e2fsprogs', elsewhere: 'e2fsprogs' },
    { program: 'strace', debian: 'strace', elsewhere: 'strace' },
    { program: 'chromium', debian: 'chromium', elsewhere: 'Chromium' },
  ],
};

const searchPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

function isThere(program) {
  return searchPath.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The beginning of a command that may install packages; null where nobody can without being asked. */
function installer() {
  if (!isThere('apt-get')) return null;
  if (process.getuid?.() === 0) return [];
  if (!isThere('sudo')) return null;
  const mayAsk = process.stdin.isTTY && process.stderr.isTTY;
  return mayAsk || spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo'] : null;
}

const missing = process.argv
  .slice(2)
  .flatMap((purpose) => needs[purpose] ?? [])
  .filter(({ program }) => !isThere(program));

if (missing.length > 0) {
  const packages = [...new Set(missing.map(({ debian }) => debian))];
  const prefix = installer();
  if (prefix === null) {
    const names = [...new Set(missing.map(({ elsewhere }) => elsewhere))].join(', ');
    console.error(`Missing: ${names}. On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`);
    process.exit(3);
  }
  console.error(`Installing ${packages.join(', ')} …`);
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return spawnSync(command, rest, { stdio: ['inherit', 2, 'inherit'] }).status;
  };
  const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  // A machine that has never updated its package lists finds nothing at the first try.
  if (apt(...install) !== 0 && (apt('update', '-q') !== 0 || apt(...install) !== 0)) {
    console.error(`These packages could not be installed: ${packages.join(' ')}`);
    process.exit(3);
  }
}
