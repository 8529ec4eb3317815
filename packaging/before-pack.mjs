/**
 * Before electron-builder packs: makes what a package has beside the app, in dist/package. Names and addresses come from
 * package.json, their one place; the date is that of the last change (SOURCE_DATE_EPOCH where it is set).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = join(import.meta.dirname, '..');
const out = join(root, 'dist', 'package');
const read = (...parts) => readFileSync(join(root, ...parts), 'utf8');

/** `2026-11-23` */
function lastChange() {
  const { SOURCE_DATE_EPOCH } = process.env;
  const seconds = SOURCE_DATE_EPOCH ?? gitDate() ?? Date.now() / 1000;
  return new Date(Number(seconds) * 1000).toISOString().slice(0, 10);
}

/** Null where the sources are no clone. */
function gitDate() {
  try {
    const quiet = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    return execFileSync('git', ['log', '-1', '--format=%ct'], quiet).trim();
  } catch {
    return null;
  }
}

function filled(template, values) {
  return template.replaceAll(/@(\w+)@/g, (_, name) => {
    if (values[name] === undefined) throw new Error(`the template wants @${name}@, which is not known`);
    return values[name];
  });
}

/** The C library that the addon and the programs were linked to: `libc6 (>= 2.36)`. */
function cLibrary() {
  const programs = ['untorn.node', 'untorn-helper', 'untorn-keeper', 'untorn-init', 'untorn-recorder'];
  const wanted = programs.flatMap((name) => [
    ...readFileSync(join(root, 'native', 'build', name), 'latin1').matchAll(/\0GLIBC_2\.(\d+)(?=\0)/g),
  ]);
  return `libc6 (>= 2.${Math.max(...wanted.map(([, minor]) => Number(minor)))})`;
}

/** Called with electron-builder's BeforePackContext. */
export default function beforePack({ packager }) {
  packager.config.deb.depends.push(cLibrary());
  const { homepage, author, version } = JSON.parse(read('package.json'));
  // RFC 2606: a name under .example belongs to nobody.
  if (/\.example(\/|$)/.test(homepage))
    process.stderr.write(
      `untorn: this package names no real home: put the project's address and its maintainers' into package.json ("homepage" is ${homepage}, "author" ${author.email})\n`,
    );
  const date = lastChange();
  mkdirSync(out, { recursive: true });
  execFileSync(process.execPath, [join(root, 'dist', 'main', 'cli', 'shipped.js'), out, date]);
  writeFileSync(join(out, 'untorn.1.gz'), gzipSync(readFileSync(join(out, 'untorn.1')), { level: 9 }));
  const values = { homepage, version, date, year: date.slice(0, 4), author: author.name };
  const metainfo = 'io.github.untorn.Untorn.metainfo.xml';
  writeFileSync(join(out, metainfo), filled(read('packaging', metainfo), values));
  writeFileSync(join(out, 'copyright'), filled(read('packaging', 'copyright'), values));
}
