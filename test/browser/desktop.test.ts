import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';
import { openRunStore } from '../../main/runs/index.ts';
import type { RunningServer } from '../../main/serve/server.ts';
import { createService } from '../../main/service/index.ts';
import { pageOf, startApp } from '../support/electron/app.ts';
import { seriousFindings } from './axe.ts';
import { openBrowser, planNamed, serveOver, whyNoBrowser } from './harness.ts';
import { standIn } from './stand-in.ts';

type App = Awaited<ReturnType<typeof startApp>>;

/** The real page on the desktop app's channel: in Chromium, with the app's shell behind it over a stand-in of Electron. */
describe.skipIf(whyNoBrowser)(
  `the page in the desktop app${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`,
  () => {
    let browser: Browser;
    let closeBrowser: () => Promise<void>;
    /** Hands out the files of the page, as the app's scheme does; its own service is not asked. */
    let files: RunningServer;
    let folder: string;
    let page: Page;
    let app: App;
    let sent: Promise<unknown> = Promise.resolve();

    beforeAll(async () => {
      ({ browser, close: closeBrowser } = await openBrowser());
      files = await serveOver(standIn);
    });
    afterAll(async () => {
      await files.close();
      await closeBrowser();
    });
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'untorn-browser-'));
    });
    afterEach(async () => {
      // The window first: what is still on its way would meet a page that is gone.
      app.window?.close();
      await sent;
      await page.context().close();
      await rm(folder, { recursive: true });
    });

    async function start(opened: readonly string[] = []): Promise<void> {
      app = await startApp({
        folder,
        files: opened,
        service: (desktop, recent) =>
          createService({
            laboratory: standIn,
            version: '0.0.0',
            examplesFolder: projectPath('examples'),
            runs: openRunStore(join(folder, 'runs')),
            recent,
            desktop,
            allowDestructive: false,
          }),
      });
      if (!app.window) throw new Error('no window');
      const channel = pageOf(app.electron, app.window);
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
        colorScheme: 'dark',
      });
      page = await context.newPage();
      await page.exposeFunction('toApp', (text: string) => channel.send(text));
      await page.addInitScript(() => {
        let receiver = (_text: string): void => undefined;
        const world = globalThis as unknown as { toApp: (text: string) => void } & Record<string, unknown>;
        world['untorn'] = {
          send: (text: string) => world.toApp(text),
          onMessage: (next: (text: string) => void) => (receiver = next),
          pathOf: () => '/dropped.img',
        };
        world['fromApp'] = (text: string) => receiver(text);
      });
      // One after the other, as Electron does.
      channel.onText((text) => {
        sent = sent.then(() =>
          page.evaluate(
            (one) => (globalThis as unknown as { fromApp: (text: string) => void }).fromApp(one),
            text,
          ),
        );
      });
      await page.goto(new URL('/', files.url).href);
      await page.getByRole('button', { name: 'Predict' }).first().waitFor();
    }

    /** The whole text in the editor, of which the page keeps a draft. */
    const plan = () => page.evaluate(() => sessionStorage.getItem('untorn.plan') ?? '');

    const verdict = () => page.getByRole('region', { name: 'Verdict' });

    it('opens the file that it was started with, and does what the menu says', async () => {
      const path = join(folder, 'mine.untorn.json');
      await writeFile(path, planNamed('match, from a file'));
      await start([path]);
      await expect.poll(() => app.recent.list().map(({ name }) => name)).toEqual(['mine.untorn.json']);
      await expect.poll(plan).toContain('match, from a file');
      app.electron.chooseItem('Lab', 'Predict the plan');
      await verdict().getByText('Predicted').waitFor();
      app.electron.chooseItem('View', 'Runs');
      await page.getByRole('button', { name: 'Import…' }).waitFor();
    });

    it('saves and opens by native dialogs', async () => {
      await start();
      await expect.poll(plan).toContain('"version"');
      const path = join(folder, 'saved.untorn.json');
      app.electron.dialog.path = path;
      app.electron.chooseItem('File', 'Save the plan…');
      await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toContain('"version"');
      await writeFile(path, planNamed('match, changed outside'));
      app.electron.chooseItem('File', 'Open a plan…');
      await expect.poll(plan).toContain('match, changed outside');
    });

    it('says why a file cannot be opened', async () => {
      await start([join(folder, 'gone.json')]);
      await page.getByText('cannot be read (ENOENT)').waitFor();
    });

    it('tells what it is and runs on', async () => {
      await start();
      app.electron.chooseItem('Help', 'About Untorn');
      const about = page.getByRole('dialog', { name: 'Untorn' });
      await about.getByText('Node-API').waitFor();
      expect(await about.getByRole('definition').count()).toBeGreaterThanOrEqual(4);
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await about.waitFor({ state: 'detached' });
    });
  },
);
