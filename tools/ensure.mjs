#!/usr/bin/env node
/**
 * Makes sure that what a command needs is there: `node tools/ensure.mjs build run test`. Node itself must be new enough. Programs that are
 * missing are installed on Debian and Ubuntu (as root, or through sudo); elsewhere it says what to install. What only a part of
 * Untorn is made with, is installed along with them or where nobody has to be asked for a password, and left out otherwise.
 * Plain JavaScript without any package, since it runs before anything is built and on every Node.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
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

/** For parts that are left out without them: crash states (of ordinary users, too), io_uring. The build says so of libraries. */
const wishes = {
  build: [
    { program: 'fusermount3', debian: 'fuse3' },
    { header: 'fuse3/fuse_lowlevel.h', debian: 'libfuse3-dev' },
    { header: 'liburing.h', debian: 'liburing-dev' },
  ],
};

const searchPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

function canBeAccessed(path, mode) {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function isThere({ program, header }) {
  if (header) return canBeAccessed(join('/usr/include', header), constants.R_OK);
  // Another compiler may be named, as native/build.mjs takes it.
  const name = program === 'g++' ? (process.env.CXX ?? program) : program;
  if (name.includes('/')) return canBeAccessed(name, constants.X_OK);
  return searchPath.some((folder) => canBeAccessed(join(folder, name), constants.X_OK));
}

const asksNobody = () => process.getuid?.() === 0 || spawnSync('sudo', ['-n', 'true']).status === 0;

/** The beginning of a command that may install packages; null where nobody can without being asked. */
function installer() {
  if (!isThere({ program: 'apt-get' })) return null;
  if (process.getuid?.() === 0) return [];
  if (!isThere({ program: 'sudo' })) return null;
  const mayAsk = process.stdin.isTTY && process.stderr.isTTY;
  return mayAsk || asksNobody() ? ['sudo'] : null;
}

function install(prefix, packages) {
  console.error(`Installing ${packages.join(', ')} …`);
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return spawnSync(command, rest, { stdio: ['inherit', 2, 'inherit'] }).status === 0;
  };
  const all = ['install', '-y', '-q', '--no-install-recommends', ...packages];
  // A machine that has never updated its package lists finds nothing at the first try.
  return apt(...all) || (apt('update', '-q') && apt(...all));
}

/** Null where this Node will do. */
function whyNotThisNode() {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const least = /\d+(\.\d+)*/.exec(engines.node)[0];
  const version = process.versions.node;
  return version.localeCompare(least, 'en', { numeric: true }) < 0
    ? `Untorn takes Node ${least} or newer, and this is ${version} (${process.execPath}). Debian 13 and Ubuntu 25.10 have a newer one; for older systems: https://nodejs.org`
    : null;
}

function end(message) {
  console.error(message);
  process.exit(3);
}

const tooOld = whyNotThisNode();
if (tooOld !== null) end(tooOld);

const purposes = process.argv.slice(2);
const packagesOf = (list) => [...new Set(list.filter((one) => !isThere(one)).map(({ debian }) => debian))];
const needed = purposes.flatMap((purpose) => needs[purpose] ?? []);
const packages = packagesOf(needed);
if (packages.length > 0) {
  const prefix = installer();
  if (prefix === null) {
    const names = [...new Set(needed.filter((one) => !isThere(one)).map(({ elsewhere }) => elsewhere))];
    end(`Missing: ${names.join(', ')}. On Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`);
  }
  if (!install(prefix, packages)) end(`These packages could not be installed: ${packages.join(' ')}`);
}

const extras = packagesOf(purposes.flatMap((purpose) => wishes[purpose] ?? []));
// By now sudo has its password, if it was asked for one.
if (extras.length > 0 && installer() !== null && asksNobody() && !install(installer(), extras))
  console.error(`Not to be had: ${extras.join(', ')}. The build says what is left out.`);
