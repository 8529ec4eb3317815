import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';
import { pack, whyNotPacked, type Packed } from './stand-in.ts';

/** What Debian's and freedesktop's own checks say of the package. Each is skipped where its program is not there. */

const whyNot = whyNotPacked();

/** A test that takes a program. */
function itWith(program: string, debian: string, title: string, run: () => void | Promise<void>): void {
  const isThere = !spawnSync(program, ['--version']).error;
  it.skipIf(!isThere)(`${title} (${program}${isThere ? '' : `, skipped: apt-get install ${debian}`})`, run);
}

/** What a program says, both ways, and how it ended. */
function judge(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  return { status, said: `${stdout}${stderr}`.trim() };
}
const fine = { status: 0, said: '' };

describe.skipIf(whyNot)(`the package, judged by others${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const id = 'io.github.untorn.Untorn';
  let folder: string;
  let packed: Packed;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'untorn-package-'));
    packed = await pack(folder);
    execFileSync('dpkg-deb', ['-R', packed.deb, join(folder, 'root')]);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const inRoot = (...parts: string[]) => join(folder, 'root', ...parts);

  itWith('desktop-file-validate', 'desktop-file-utils', 'has a desktop file without faults', () => {
    expect(judge('desktop-file-validate', inRoot('usr/share/applications', `${id}.desktop`))).toEqual(fine);
  });

  itWith('appstreamcli', 'appstream', 'has metadata without faults, that match the desktop file', () => {
    const metainfo = inRoot('usr/share/metainfo', `${id}.metainfo.xml`);
    expect(judge('appstreamcli', 'validate', '--no-net', '--no-color', metainfo)).toMatchObject({
      status: 0,
    });
    expect(judge('appstreamcli', 'validate-tree', '--no-net', '--no-color', inRoot())).toMatchObject({
      status: 0,
    });
  });

  itWith('update-mime-database', 'shared-mime-info', 'makes *.untorn.json a kind of its own', async () => {
    const mime = join(folder, 'mime');
    mkdirSync(join(mime, 'packages'), { recursive: true });
    await copyFile(inRoot('usr/share/mime/packages', `${id}.xml`), join(mime, 'packages', `${id}.xml`));
    expect(judge('update-mime-database', mime).status).toBe(0);
    const type = 'application/vnd.untorn.plan+json';
    expect(readFileSync(join(mime, 'globs2'), 'utf8')).toContain(`60:${type}:*.untorn.json\n`);
    expect(readFileSync(join(mime, 'subclasses'), 'utf8')).toContain(`${type} application/json\n`);
  });

  const policyGrammar = '/usr/share/polkit-1/policyconfig-1.dtd';
  const noGrammar = existsSync(policyGrammar) ? '' : ', skipped: apt-get install polkitd';
  const noXmllint = spawnSync('xmllint', ['--version']).error
    ? ', skipped: apt-get install libxml2-utils'
    : '';
  it.skipIf(noGrammar || noXmllint)(
    `has a policy as polkit's grammar has it (xmllint${noGrammar || noXmllint})`,
    () => {
      const policy = inRoot('usr/share/polkit-1/actions', `${id}.policy`);
      const { status, said } = judge('xmllint', '--noout', '--nonet', '--dtdvalid', policyGrammar, policy);
      // The grammar's address in the file is not asked.
      expect([status, said.replaceAll(/^.*(policyconfig-1\.dtd|\^).*$/gm, '').trim()]).toEqual([0, '']);
    },
  );

  itWith('shellcheck', 'shellcheck', 'has scripts without faults', () => {
    expect(judge('shellcheck', inRoot('usr/bin/untorn'))).toEqual(fine);
    const completion = inRoot('usr/share/bash-completion/completions/untorn');
    expect(judge('shellcheck', '--shell=bash', completion)).toEqual(fine);
    // These are electron-builder's own, of whose style we are no judges.
    for (const name of ['postinst', 'postrm'])
      expect(judge('shellcheck', '--severity=error', inRoot('DEBIAN', name))).toEqual(fine);
  });

  itWith('lintian', 'lintian', 'breaks only those rules of Debian that its form asks for', () => {
    const { said } = judge('lintian', '--no-cfg', '--allow-root', '--tag-display-limit', '0', packed.deb);
    const tags = [...said.matchAll(/^[EW]: untorn: (\S+)/gm)].map(([, tag = '']) => tag);
    expect([...new Set(tags)].filter((tag) => !excused.has(tag))).toEqual([]);
    expect(said).toContain('dir-or-file-in-opt');
  });

  it('has icons of the sizes that their folders say', () => {
    for (const size of [16, 24, 32, 48, 64, 96, 128, 256, 512]) {
      const icon = inRoot(`usr/share/icons/hicolor/${size}x${size}/apps/untorn-desktop.png`);
      const head = readFileSync(icon).subarray(0, 24);
      expect([head.toString('latin1', 1, 4), head.readUInt32BE(16), head.readUInt32BE(20)]).toEqual([
        'PNG',
        size,
        size,
      ]);
    }
  });

  it('says in the build and in all of its parts which home package.json names', () => {
    const { homepage, author } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as {
      homepage: string;
      author: { name: string; email: string };
    };
    const field = (name: string) =>
      execFileSync('dpkg-deb', ['-f', packed.deb, name], { encoding: 'utf8' }).trim();
    expect(field('Homepage')).toBe(homepage);
    expect(field('Maintainer')).toBe(`${author.name} <${author.email}>`);
    expect(field('Depends')).toMatch(/\blibc6 \(>= 2\.\d+\)/);
    for (const path of [`usr/share/metainfo/${id}.metainfo.xml`, 'usr/share/doc/untorn/copyright'])
      expect(readFileSync(inRoot(path), 'utf8')).toContain(homepage);
    const isPlaceholder = homepage.includes('.example');
    expect(packed.told.includes('names no real home')).toBe(isPlaceholder);
  });
});

/** By tag, why it stays. */
const excused = new Map([
  ['dir-or-file-in-opt', 'where electron-builder puts an app that is not of Debian'],
  ['unstripped-binary-or-object', 'names of functions in a crash are worth their kilobytes'],
  ['unknown-field', "fpm's License and Vendor"],
  ['postrm-removes-alternative', "electron-builder's script"],
  ['maintainer-script-ignores-errors', "electron-builder's script"],
  ['command-with-path-in-maintainer-script', "electron-builder's script"],
]);
