import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { whyNotRoot } from '../support/machine.ts';
import { whyNotBuilt } from './untorn.ts';

/** In no user database, as the users of many containers. */
const nobody = 61_234;
const reason = whyNotRoot() || whyNotBuilt();
const folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
chmodSync(folder, 0o777);
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(reason)(`a user whom nobody knows by name${reason ? ` (${reason})` : ''}`, () => {
  const untorn = (env: Record<string, string>, ...args: string[]): string =>
    execFileSync(process.execPath, ['dist/main/cli/untorn.js', ...args], {
      uid: nobody,
      gid: nobody,
      env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('predicts', () => {
    expect(untorn({}, 'predict', 'examples/small-then-page.json')).toContain('predicted:');
  });

  it('keeps runs where HOME says, and is told that it takes one', () => {
    expect(untorn({ HOME: folder }, 'runs', 'list')).toBe('no runs\n');
    expect(() => untorn({}, 'runs', 'list')).toThrow(
      /untorn: this user has no home folder: HOME or XDG_DATA_HOME names one/,
    );
  });
});
