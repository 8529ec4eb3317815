import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { unpackedPath } from '../../main/project.ts';
import { whyNotBuilt } from '../cli/untorn.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

const run = promisify(execFile);
/** In no user database, and with no process but ours. */
const nobody = '61235';
const folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-test-'));
chmodSync(folder, 0o777);
afterAll(() => rmSync(folder, { recursive: true }));

it('a worker thread can end while its executor works', async () => {
  const addon = unpackedPath('native/build/untorn.node');
  const { stdout } = await run(process.execPath, ['test/support/ending-worker.mjs', addon, folder]);
  expect(stdout).toBe('survived\n');
});

const reason = whyNotRoot() || whyNotBuilt() || whyNotProgram('setpriv') || whyNotProgram('prlimit');

describe.skipIf(reason)(`where no more threads may be started${reason ? ` (${reason})` : ''}`, () => {
  const untorn = (...args: string[]) =>
    run(
      'setpriv',
      [
        ...[`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', 'prlimit', '--nproc=40', '--'],
        ...[process.execPath, 'dist/main/cli/untorn.js', ...args],
      ],
      { env: { PATH: process.env['PATH'], TMPDIR: folder, HOME: folder } },
    );

  it('a storm says so, and the process goes on', async () => {
    const target = path.join(folder, 'units');
    const storm = ['torn', 'storm', target, '--size', '16MiB', '--unit', '4KiB'];
    // Writers that all stay until the time is up: after a number of writes some would be gone before the last one starts.
    await expect(untorn(...storm, '--seconds', '60', '--writers', '300')).rejects.toMatchObject({
      code: 3,
      stderr: expect.stringContaining('EAGAIN'),
    });
    const { stdout } = await untorn(...storm, '--writes', '100', '--destroy', target, '--writers', '2');
    expect(stdout).toContain('untorn: every unit');
  });
});
