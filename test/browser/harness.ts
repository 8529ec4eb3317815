import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { loadSite } from '../../main/web/index.ts';
import { openRunStore } from '../../main/runs/index.ts';
import { projectPath } from '../../main/project.ts';
import {
  createService,
  openRecentFiles,
  watchCalls,
  type Laboratory,
  type TornLaboratory,
} from '../../main/service/index.ts';
import { startServer, type RunningServer } from '../../main/serve/server.ts';

const executable = '/usr/bin/chromium';

/** Why no browser test can run here, or null. */
export const whyNoBrowser: string | null = existsSync(executable)
  ? existsSync(projectPath('dist', 'renderer', 'index.html'))
    ? null
    : 'the interface is not built (npm run build:renderer)'
  : `there is no ${executable} (apt-get install chromium)`;

/** A browser with a profile of its own, which goes with it. `flags` are Chromium's. */
export async function openBrowser(
  flags: readonly string[] = [],
): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'untorn-browser-'));
  const browser = await chromium.launch({
    executablePath: executable,
    env: { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...flags,
    ],
  });
  const close = async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { browser, close };
}

/** The real server and service over the given laboratory, with the project's examples. */
export async function serveOver(
  laboratory: Laboratory,
  defects: unknown[] = [],
  torn?: TornLaboratory,
): Promise<RunningServer> {
  const history = await mkdtemp(join(tmpdir(), 'untorn-browser-'));
  const { service, settled } = watchCalls(
    createService({
      laboratory,
      ...(torn ? { torn } : {}),
      version: '0.0.0',
      examplesFolder: projectPath('examples'),
      runs: openRunStore(history),
      recent: openRecentFiles(join(history, 'state', 'recent.json')),
      desktop: null,
      allowDestructive: false,
    }),
  );
  const site = await loadSite(projectPath('dist', 'renderer'));
  const server = await startServer({
    site,
    service,
    settled,
    port: 0,
    onDefect: (error) => defects.push(error),
  });
  const close = async () => {
    await server.close();
    await rm(history, { recursive: true });
  };
  return { ...server, close };
}

/** Everything that a page complained about: console errors (a refused policy among them) and exceptions. */
export interface Watched {
  readonly page: Page;
  readonly complaints: string[];
  close(): Promise<void>;
}

const screen = { width: 1440, height: 900 } as const;

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ viewport: screen, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

/** Waits until the map has drawn what it was told. */
export async function mapIdle(page: Page): Promise<void> {
  await page.locator('.map[data-idle="true"]').waitFor();
  // Fonts change the widths of the labels, which are drawn again one frame later.
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
  await page.locator('.map[data-idle="true"]').waitFor();
}

/** A small plan under a name that the stand-in understands. */
export function planNamed(name: string): string {
  const target = { kind: 'loop', size: '512MiB', mkfs: { fs: 'ext4', args: ['-b', '4096'] } };
  const steps = [
    { op: 'create', file: 'journal' },
    { op: 'write', file: 'journal', offset: 0, length: '16KiB', atomic: true, sync: 'dsync' },
    { op: 'fallocate', file: 'table', offset: '64KiB', length: '64KiB', mode: ['keep-size'] },
    { op: 'close', file: 'journal' },
  ];
  return JSON.stringify({ version: 1, name, target, steps }, null, 2);
}

/** Replaces the text in the editor, as a user who selects all and pastes. */
export async function writePlan(page: Page, text: string): Promise<void> {
  const editor = await openJson(page);
  // The first example is put in when the page opens; a user would not begin before it is there.
  await page.getByRole('option').first().waitFor({ state: 'attached' });
  await expectText(editor);
  await editor.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

/** The editor of the plan's text; where the pane is narrow it lies behind a tab. */
export async function openJson(page: Page): Promise<Locator> {
  const tab = page.getByRole('tab', { name: 'JSON' });
  await page.getByRole('tab', { name: 'Target' }).waitFor();
  if ((await tab.count()) > 0) await tab.click();
  return page.getByRole('textbox', { name: 'The plan, as JSON' });
}

async function expectText(locator: Locator): Promise<void> {
  await locator.filter({ hasText: /\S/ }).waitFor();
}

/** The text of an element as a person reads it: spaces of any width are spaces. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.innerText()).replace(/\s+/g, ' ');
}
