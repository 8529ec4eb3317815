import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron as electron, type ElectronApplication } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';
import {
  openDisplay,
  ordinaryElectron,
  processesOn,
  whyNoElectron,
  type Display,
} from './electron-program.ts';
import { planNamed } from './harness.ts';

const whyNot = whyNoElectron();

/** The real binary: what the tests over its stand-in cannot show. */
describe.skipIf(whyNot)(`the desktop app${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let folder: string;
  let program: string;
  let display: Display;
  let env: Record<string, string>;
  let app: ElectronApplication | null = null;

  const launch = async (...files: string[]) => {
    // Chromium's data where its processes name it on their command lines.
    const args = [projectPath(), `--user-data-dir=${join(folder, 'chromium')}`, ...files];
    app = await electron.launch({ executablePath: program, args, env });
    return app;
  };
  /** Of the app, once its window shows our page. */
  const shownPage = async (of = app) => {
    if (!of) throw new Error('the app was not started');
    const page = await of.firstWindow();
    await expect.poll(() => page.url()).toMatch(/^untorn:\/\/app\//);
    return page;
  };
  const close = async () => {
    await app?.close();
    app = null;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'untorn-electron-'));
    program = await ordinaryElectron(folder);
    display = await openDisplay();
    const homes = ['HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_DATA_HOME'];
    env = {
      PATH: process.env['PATH'] ?? '',
      ...display.env,
      ...Object.fromEntries(homes.map((name) => [name, folder])),
    };
    const plan = join(folder, 'mine.untorn.json');
    await writeFile(plan, planNamed('from a file'));
    await launch(plan);
  });
  afterAll(async () => {
    await close();
    await display.close();
    await rm(folder, { recursive: true });
  });

  it('opens its window with the file that it was given, and predicts', async () => {
    const page = await shownPage();
    await expect
      .poll(() => page.evaluate(() => sessionStorage.getItem('untorn.plan') ?? ''))
      .toContain('from a file');
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.getByRole('region', { name: 'Verdict' }).getByText('Predicted').waitFor();
    const extents = page.getByRole('region', { name: 'Extents' }).getByRole('row');
    await expect.poll(() => extents.count()).toBeGreaterThan(1);
    // Something of it is drawn: a window of one colour makes a picture of a few kilobytes.
    expect((await page.screenshot()).length).toBeGreaterThan(20_000);
  });

  it('loads the addon: a file has its passport', async () => {
    const page = await shownPage();
    await page.getByRole('button', { name: 'Passport' }).click();
    await page.getByRole('textbox', { name: 'What can be written untorn to' }).fill('/');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Layers' }).waitFor();
  });

  it('has no Node in its page, and reaches nothing outside', async () => {
    const page = await shownPage();
    const reach = await page.evaluate(() => [typeof globalThis.process, typeof globalThis.require]);
    expect(reach).toEqual(['undefined', 'undefined']);
    const fetched = await page.evaluate(() =>
      fetch('https://example.org/').then(
        () => 'fetched',
        () => 'refused',
      ),
    );
    expect(fetched).toBe('refused');
    await page.evaluate(() => (location.href = 'https://example.org/'));
    expect(await page.evaluate(() => window.open('about:blank') === null)).toBe(true);
    expect(page.url()).toMatch(/^untorn:\/\/app\//);
  });

  it('has its menu, and is the only one', async () => {
    const labels = await app?.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.map(({ label }) => label),
    );
    expect(labels).toEqual(['&File', '&Edit', '&Lab', '&View', '&Help']);
    const args = [projectPath(), `--user-data-dir=${join(folder, 'chromium')}`];
    const { status } = spawnSync(program, args, { env, timeout: 30_000 });
    expect(status).toBe(0);
    expect(app?.windows()).toHaveLength(1);
  });

  it('leaves nothing behind, and keeps where its window was', async () => {
    expect(processesOn(folder).length).toBeGreaterThan(1);
    await close();
    await expect.poll(() => processesOn(folder)).toEqual([]);
    const kept = JSON.parse(readFileSync(join(folder, 'untorn', 'window.json'), 'utf8')) as object;
    expect(kept).toHaveProperty('bounds');
    await launch();
    await shownPage();
  });
});
