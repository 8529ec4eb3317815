import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDisplay, ordinaryElectron, processesOn, whyNoElectron } from './electron-program.ts';

/** What the smoke test of the real binary stands on, over a program that is none. */

const isRoot = process.getuid?.() === 0;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untorn-electron-'));
  await writeFile(join(folder, 'electron'), '#!/bin/sh\nid -u\nfor one in "$@"; do echo "<$one>"; done\n');
  await chmod(join(folder, 'electron'), 0o755);
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe('the program', () => {
  it('is started by somebody who is not root, with its arguments as they are', async () => {
    const program = await ordinaryElectron(folder);
    const [user, ...given] = execFileSync(program, ['a b', '$HOME', '--x=*'], { encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(Number(user)).toBe(isRoot ? 65534 : process.getuid?.());
    expect(given).toEqual(['<a b>', '<$HOME>', '<--x=*>']);
  });

  it('is missed in one line where it is not there', () => {
    vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', join(folder, 'none'));
    expect(whyNoElectron()).toMatch(/^[^\n]+$/);
  });

  it('is known by the folder that its processes name', async () => {
    const child = spawn('sleep', ['60', '--', '0'], { argv0: `electron --user-data-dir=${folder}/chromium` });
    try {
      await once(child, 'spawn');
      await expect.poll(() => processesOn(folder)).toHaveLength(1);
    } finally {
      child.kill();
      await once(child, 'exit');
    }
    expect(processesOn(folder)).toEqual([]);
  });
});

const whyNoDisplay = whyNoElectron()?.includes('Xvfb') ? 'no Xvfb' : null;

describe.skipIf(whyNoDisplay)(`the display${whyNoDisplay ? ` (skipped: ${whyNoDisplay})` : ''}`, () => {
  it('is there while it is open', async () => {
    const display = await openDisplay();
    expect(display.env['DISPLAY'] ?? display.env['WAYLAND_DISPLAY']).toMatch(/./);
    await display.close();
  });
});
