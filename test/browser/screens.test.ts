import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../main/serve/server.ts';
import { mapIdle, openBrowser, openPage, planNamed, serveOver, whyNoBrowser } from './harness.ts';
import { mirrorLab } from './mirror-lab.ts';
import { packPng } from './png.ts';
import { samplePassport } from './sample-passport.ts';

/** A folder for the pictures; asked for by `npm run screens`. */
const folder = process.env['UNTORN_SCREENS'] ?? '';
const whyNot = whyNoBrowser ?? (folder === '' ? 'npm run screens asks for them' : null);
const takesAll = process.env['UNTORN_SCREENS_ALL'] === '1';

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;
const looks = (['light', 'dark'] as const).flatMap((colorScheme, theme) =>
  sizes.flatMap((viewport, size) => (takesAll || theme === size ? [{ colorScheme, viewport }] : [])),
);

/** Every view as it looks to somebody who works with it. Kept: light at the smaller size, dark at the larger one. */
describe.skipIf(whyNot)(`pictures of every view${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let browser: Browser;
  let closeBrowser: () => Promise<void>;
  let server: RunningServer;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    ({ browser, close: closeBrowser } = await openBrowser());
    server = await serveOver(mirrorLab);
  });
  afterAll(async () => {
    await server.close();
    await closeBrowser();
  });

  it.each(looks)('$colorScheme, $viewport.width pixels wide', async ({ colorScheme, viewport }) => {
    const { page, complaints, close } = await openPage(browser, server.url, { colorScheme, viewport });
    const take = async (name: string) => {
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      const png = await page.screenshot({ caret: 'hide', animations: 'disabled' });
      await writeFile(join(folder, `${name}-${colorScheme}-${viewport.width}.png`), packPng(png));
    };
    await page.getByText('a loop device of').first().waitFor();
    await take('lab-empty');
    await layouts(page, take);
    await plans(page, take);
    await others(page, take);
    expect(complaints).toEqual([]);
    await close();
  });

  type Take = (name: string) => Promise<void>;
  const verdict = (page: Page) => page.getByRole('region', { name: 'Verdict' });

  async function layouts(page: Page, take: Take): Promise<void> {
    await openPlan(page, planOf('Three files, and a kernel that differs'));
    await page.keyboard.press('Control+Shift+Enter');
    await verdict(page).getByText('Differs').waitFor({ timeout: 60_000 });
    await page.keyboard.press('n');
    await mapIdle(page);
    await take('lab-differs');
    await page.getByLabel('versus').selectOption('rfc-2023-11');
    await page.keyboard.press('Alt+Enter');
    await page.getByRole('region', { name: 'What each allocator does' }).waitFor();
    await take('lab-versus');
  }

  async function plans(page: Page, take: Take): Promise<void> {
    await page.getByRole('tab', { name: 'Target' }).click();
    await page.getByRole('radio', { name: 'Sandbox' }).check();
    await page.getByLabel('atomicMax').fill('16KB');
    await page.getByText('One error').waitFor();
    await take('plan-target');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).fill('pre');
    await take('palette');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Keys' }).click();
    await take('keys');
    await page.keyboard.press('Escape');
  }

  async function others(page: Page, take: Take): Promise<void> {
    await page.getByRole('button', { name: 'Passport' }).click();
    await take('passport-empty');
    await page.getByRole('textbox', { name: 'What can be written untorn to' }).fill(samplePassport.path);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Layers' }).waitFor();
    await take('passport');
    await page.getByRole('button', { name: 'Runs' }).click();
    await page.getByRole('listbox').getByRole('option').first().click();
    await page.getByRole('region', { name: 'The run' }).waitFor();
    await take('runs');
    await page.getByRole('button', { name: 'Torn' }).click();
    await page.getByLabel('Preset').waitFor();
    await take('torn');
  }

  /** As after a reload: the plan that was being written is on the bench again. */
  async function openPlan(page: Page, text: string): Promise<void> {
    await page.evaluate((plan) => sessionStorage.setItem('untorn.plan', plan), text);
    await page.goto(page.url().split('#')[0] ?? '');
    await page.getByRole('option', { name: '12' }).first().waitFor();
  }

  function planOf(name: string): string {
    const { target, ...rest } = JSON.parse(planNamed(name)) as Record<string, unknown>;
    const seed = '01234567-89ab-cdef-0123-456789abcdef';
    const args = ['-b', '4096', '-E', `hash_seed=${seed}`, '-U', seed];
    const writes = ['journal', 'table', 'log'].flatMap((file, at) =>
      [0, 1, 2, 3].map((turn) => ({
        op: 'write',
        file,
        offset: `${turn * 16}KiB`,
        length: '16KiB',
        ...(at === 0 ? { sync: 'dsync' } : {}),
      })),
    );
    const byTurns = [0, 1, 2, 3].flatMap((turn) => [0, 1, 2].flatMap((at) => writes[at * 4 + turn] ?? []));
    const creates = ['journal', 'table', 'log'].map((file) => ({ op: 'create', file }));
    const loop = { ...(target as object), size: '256MiB', mkfs: { fs: 'ext4', args } };
    return JSON.stringify({ ...rest, target: loop, steps: [...creates, ...byTurns] }, null, 2);
  }
});
