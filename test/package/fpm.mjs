#!/usr/bin/env node
/**
 * A stand-in for fpm, which electron-builder fetches where there is a network: takes the arguments that it gives (a folder
 * to a deb) and makes the package with Debian's own dpkg-deb. Understands what is used here and refuses the rest.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const control = new Map([['Section', 'default']]);
const lists = { Depends: [], Recommends: [] };
const scripts = {};
const files = [];
let output = '';

const withValue = {
  '-s': (value) => expect(value, 'dir'),
  '-t': (value) => expect(value, 'deb'),
  '-d': (value) => lists.Depends.push(value),
  '--deb-recommends': (value) => lists.Recommends.push(value),
  '--deb-compression': () => undefined,
  '--deb-priority': (value) => control.set('Priority', value),
  '--architecture': (value) => control.set('Architecture', value),
  '--after-install': (value) => (scripts.postinst = value),
  '--after-remove': (value) => (scripts.postrm = value),
  '--description': (value) =>
    control.set(
      'Description',
      value
        .split('\n')
        .map((line) => line.trim())
        .join('\n '),
    ),
  '--version': (value) => control.set('Version', value),
  '--package': (value) => (output = value),
  '--name': (value) => control.set('Package', value),
  '--maintainer': (value) => control.set('Maintainer', value),
  '--vendor': (value) => control.set('Vendor', value),
  '--url': (value) => control.set('Homepage', value),
  '--category': (value) => control.set('Section', value),
  '--license': (value) => control.set('License', value),
};

function expect(value, wanted) {
  if (value !== wanted) throw new Error(`${value} where ${wanted} was expected`);
}

const args = process.argv.slice(2);
while (args.length > 0) {
  const argument = args.shift();
  if (argument === '--force') continue;
  if (withValue[argument]) withValue[argument](args.shift());
  else if (argument.startsWith('-')) throw new Error(`the stand-in for fpm does not know ${argument}`);
  else files.push(argument);
}

const root = mkdtempSync(join(tmpdir(), 'untorn-fpm-'));
try {
  for (const file of files) {
    const [from, to] = file.split('=');
    const target = join(root, to);
    mkdirSync(dirname(target), { recursive: true });
    // As fpm does: the content of a folder, a file under its new name; links and modes as they are.
    if (statSync(from).isDirectory()) execFileSync('cp', ['-a', `${from}/.`, mkdirs(target)]);
    else cpSync(from, target, { preserveTimestamps: true });
  }
  const [name, version] = [control.get('Package'), control.get('Version')];
  const maintainer = control.get('Maintainer');
  // fpm writes one where it is given none.
  const changes = `${name} (${version}) whatever; urgency=medium\n\n  * Package created with FPM.\n\n -- ${maintainer}  Thu, 01 Jan 2026 00:00:00 +0000\n`;
  const documents = mkdirs(join(root, 'usr', 'share', 'doc', name));
  writeFileSync(join(documents, 'changelog.gz'), gzipSync(changes, { level: 9 }));
  mkdirSync(join(root, 'DEBIAN'));
  writeFileSync(join(root, 'DEBIAN', 'md5sums'), md5sums(root));
  for (const [name, list] of Object.entries(lists)) if (list.length > 0) control.set(name, list.join(', '));
  const lines = [...control].map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(root, 'DEBIAN', 'control'), lines.join(''));
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(join(root, 'DEBIAN', name), readFileSync(script), { mode: 0o755 });
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', root, output], {
    stdio: 'inherit',
  });
  process.stdout.write(`made ${basename(output)}\n`);
} finally {
  rmSync(root, { recursive: true });
}

function md5sums(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('/DEBIAN'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const sum = createHash('md5').update(readFileSync(path)).digest('hex');
      return `${sum}  ${path.slice(folder.length + 1)}\n`;
    })
    .join('');
}

function mkdirs(folder) {
  mkdirSync(folder, { recursive: true });
  return folder;
}
