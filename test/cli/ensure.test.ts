import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';

/** What is said before anything is built; a stand-in has the place of the project, and of apt. */

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'untorn-test-ensure-'));
  mkdirSync(join(project, 'tools'));
  mkdirSync(join(project, 'programs'));
  cpSync(projectPath('tools', 'ensure.mjs'), join(project, 'tools', 'ensure.mjs'));
  engines('>=20.19');
});
afterEach(() => rmSync(project, { recursive: true }));

const engines = (node: string) =>
  writeFileSync(join(project, 'package.json'), JSON.stringify({ engines: { node } }));

function program(name: string, script: string): void {
  writeFileSync(join(project, 'programs', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(project, 'programs', name), 0o755);
}

function ensure(environment: Record<string, string>, ...purposes: string[]) {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(project, 'tools', 'ensure.mjs'), ...purposes],
    { encoding: 'utf8', env: { PATH: join(project, 'programs'), ...environment } },
  );
  return { status, stderr };
}

describe('what a command needs', () => {
  it('is not looked for with a Node that is too old', () => {
    engines('>=99.5');
    expect(ensure({}, 'build')).toEqual({
      status: 3,
      stderr: expect.stringMatching(
        /^Untorn takes Node 99\.5 or newer, and this is \S+ .*nodejs\.org\n$/,
      ) as string,
    });
  });

  it('compares versions as numbers', () => {
    const [major = ''] = process.versions.node.split('.');
    engines(`>=${major}.0`);
    expect(ensure({})).toEqual({ status: 0, stderr: '' });
    engines('>=9.99');
    expect(ensure({})).toEqual({ status: 0, stderr: '' });
  });

  it('is named where nothing can install it', () => {
    const { status, stderr } = ensure({ CXX: 'no-compiler' }, 'build');
    expect(status).toBe(3);
    expect(stderr).toContain('Missing: a C++17 compiler');
    expect(stderr).toContain('sudo apt-get install g++');
  });

  it('may be a compiler of another name', () => {
    program('other++', 'exit 0');
    expect(ensure({ CXX: 'other++' }, 'build').stderr).not.toContain('Missing');
    expect(ensure({ CXX: join(project, 'programs', 'other++') }, 'build').stderr).not.toContain('Missing');
  });

  it('is installed in one go, and the package lists are renewed where that fails', () => {
    const log = join(project, 'asked');
    program('env', 'shift; exec "$@"');
    program('apt-get', `echo "$*" >> '${log}'; case "$*" in update*) exit 0;; esac; exit 1`);
    program('sudo', 'if [ "$1" = -n ]; then exit 0; fi; exec "$@"');
    const { status, stderr } = ensure({ CXX: 'no-compiler' }, 'build');
    expect(status).toBe(3);
    expect(stderr).toContain('Installing g++ …');
    expect(stderr).toContain('could not be installed: g++');
    const { stdout } = spawnSync('cat', [log], { encoding: 'utf8' });
    expect(stdout).toBe(
      [
        'install -y -q --no-install-recommends g++',
        'update -q',
        'install -y -q --no-install-recommends g++',
        '',
      ].join('\n'),
    );
  });
});
