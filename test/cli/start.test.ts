import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';
import { whyNotRoot } from '../support/machine.ts';

/** What `npm start` says before it builds anything; a stand-in has the place of Electron's folder. */

const nobody = 65534;
const isOld = process.versions.node.localeCompare('22.12', undefined, { numeric: true }) < 0;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'untorn-test-start-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(environment: Record<string, string>, uid = nobody) {
  const { status, stderr } = spawnSync(process.execPath, [projectPath('tools', 'start.mjs'), 'check'], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ELECTRON_OVERRIDE_DIST_PATH: folder, ...environment },
    ...(process.getuid?.() === 0 ? { uid, gid: uid } : {}),
  });
  return { status, stderr };
}

const install = () => {
  writeFileSync(join(folder, 'electron'), '#!/bin/sh\n', { mode: 0o755 });
  // As its package's script leaves it where user namespaces are shut.
  writeFileSync(join(folder, 'chrome-sandbox'), '');
  chmodSync(join(folder, 'chrome-sandbox'), 0o4755);
};

describe('npm start', () => {
  it('says that the binary is missing, and how to get it', () => {
    const { status, stderr } = check({ DISPLAY: ':0' });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^untorn: the desktop app needs .*npx install-electron.*untorn\.js serve\n$/s);
    expect(stderr.includes('takes Node 22.12')).toBe(isOld);
  });

  it.skipIf(whyNotRoot())('does not start as root', () => {
    install();
    expect(check({ DISPLAY: ':0' }, 0)).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('does not run as root') as string,
    });
  });

  it.skipIf(whyNotRoot())('says that there is no display', () => {
    install();
    expect(check({}).stderr).toContain('neither DISPLAY nor WAYLAND_DISPLAY is set');
    expect(check({ WAYLAND_DISPLAY: 'wayland-0' })).toEqual({ status: 0, stderr: '' });
  });
});
