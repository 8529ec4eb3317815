import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron as electron, type ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';
import { planNamed } from './harness.ts';

/** Why `npm start` would not open a window here, in its own words; null where it would. */
function whyNotHere(): string | null {
  if (!existsSync(projectPath('dist', 'main', 'electron', 'entry.js'))) return 'not built (npm run build)';
  const { status, stderr } = spawnSync(process.execPath, [projectPath('tools', 'start.mjs'), 'check'], {
    encoding: 'utf8',
  });
  return status === 0 ? null : stderr.replace(/^untorn: /, '').replace(/;.*$/s, '');
}

/** Electron's own program, found without loading its package, which would start a download. */
function electronProgram(): string {
  const folder = projectPath('node_modules', 'electron');
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined) return join(override, 'electron');
  return join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
}

const whyNot = whyNotHere();

/** The real binary: what the tests over its stand-in cannot show. */
describe.skipIf(whyNot)(`the desktop app${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let folder: string;
  let app: ElectronApplication;
  let launch: Parameters<typeof electron.launch>[0];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'untorn-electron-'));
    const plan = join(folder, 'mine.untorn.json');
    await writeFile(plan, planNamed('from a file'));
    const { PATH, DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR } = process.env;
    const known = Object.entries({ PATH, DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR });
    const env = Object.fromEntries(
      known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    launch = {
      executablePath: electronProgram(),
      args: [projectPath(), plan],
      env: { ...env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_STATE_HOME: folder, XDG_DATA_HOME: folder },
    };
    app = await electron.launch(launch);
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it('opens its window with the file that it was given, and predicts', async () => {
    const page = await app.firstWindow();
    expect(page.url()).toMatch(/^untorn:\/\/app\//);
    await expect
      .poll(() => page.evaluate(() => sessionStorage.getItem('untorn.plan') ?? ''))
      .toContain('from a file');
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.getByRole('region', { name: 'Verdict' }).getByText('Predicted').waitFor();
  });

  it('has no Node in its page, and reaches nothing outside', async () => {
    const page = await app.firstWindow();
    const reach = await page.evaluate(() => [typeof globalThis.process, typeof globalThis.require]);
    expect(reach).toEqual(['undefined', 'undefined']);
    const fetched = await page.evaluate(() =>
      fetch('https://example.org/').then(
        () => 'fetched',
        () => 'refused',
      ),
    );
    expect(fetched).toBe('refused');
  });

  it('has its menu, and is the only one', async () => {
    const labels = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.map(({ label }) => label),
    );
    expect(labels).toEqual(['&File', '&Edit', '&Lab', '&View', '&Help']);
    const { status } = spawnSync(electronProgram(), [projectPath()], { env: launch?.env, timeout: 30_000 });
    expect(status).toBe(0);
    expect(app.windows()).toHaveLength(1);
  });

  it('keeps where its window was', async () => {
    await app.close();
    const kept = JSON.parse(readFileSync(join(folder, 'untorn', 'window.json'), 'utf8')) as object;
    expect(kept).toHaveProperty('bounds');
    app = await electron.launch(launch);
    expect((await app.firstWindow()).url()).toMatch(/^untorn:/);
  });
});
