import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privilege } from '../../main/run/index.ts';
import { projectPath } from '../../main/project.ts';
import { findKernels } from '../../main/sandbox/index.ts';
import { seriousFindings } from './axe.ts';
import { takePicture } from './picture.ts';
import { mapIdle, openBrowser, openPage, textOf, whyNoBrowser, writePlan } from './harness.ts';

const cli = projectPath('dist', 'main', 'cli', 'untorn.js');
const whyNot =
  whyNoBrowser ?? (existsSync(cli) ? null : 'the command line is not built (npm run build:main)');
const whyNoSandbox =
  whyNot ??
  (findKernels().some(({ machine }) => machine === 'uml') ? null : 'untorn sandbox install uml was not done');
const { possible, why } = privilege();
const whyNoRun = whyNot ?? (possible ? null : why);

/** The command itself, as a user starts it, with this machine's mirror, kernel and loop devices. */
describe.skipIf(whyNot)(`untorn serve${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let browser: Browser;
  let closeBrowser: () => Promise<void>;
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    ({ browser, close: closeBrowser } = await openBrowser());
    server = spawn(process.execPath, [cli, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (!server.stdout) throw new Error('no output');
    url = await new Promise((resolve) =>
      createInterface({ input: server.stdout as NodeJS.ReadableStream }).once('line', resolve),
    );
  });
  afterAll(async () => {
    const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
    server.kill('SIGINT');
    await ended;
    await closeBrowser();
  });

  const verdictOf = (page: Page) => page.getByRole('region', { name: 'Verdict' });

  async function jumpTo(page: Page, role: string): Promise<void> {
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('role') ?? '');
    for (let jumps = 0; jumps < 10 && (await focused()) !== role; jumps++) await page.keyboard.press('F6');
    expect(await focused()).toBe(role);
  }

  it('prints one address of the loopback', () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
  });

  it('predicts the first example for a newcomer in one click', async () => {
    const { page, complaints, close } = await openPage(browser, url, { colorScheme: 'light' });
    await page.getByText('a loop device of').waitFor();
    await takePicture(page, 'first-light');
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.getByRole('region', { name: 'Verdict' }).getByText('Predicted').waitFor();
    await mapIdle(page);
    expect(await page.getByRole('row').count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
    await close();
  });

  it('lays the allocators that the machine knows side by side', async () => {
    const { page, complaints, close } = await openPage(browser, url);
    await page.getByText('a loop device of').first().waitFor();
    await page.getByLabel('versus').selectOption('rfc-2023-11');
    await page.getByRole('button', { name: 'Versus' }).click();
    await verdictOf(page).getByText('Versus', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await textOf(verdictOf(page))).toMatch(/linux-\d.*: \d+ of \d+ units aligned; rfc-2023-11/);
    await page.reload();
    await verdictOf(page).getByText('Versus', { exact: true }).waitFor({ timeout: 60_000 });
    expect(complaints).toEqual([]);
    await close();
  });

  it('probes a path', async () => {
    const { page, close } = await openPage(browser, url, { colorScheme: 'light' });
    await page.getByRole('button', { name: 'Passport' }).click();
    await page.getByRole('textbox', { name: 'What can be written untorn to' }).fill('/');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Layers' }).waitFor();
    expect(page.url()).toMatch(/#\/passport\/%2F$/);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('textbox').fill('/no/such/path');
    await page.keyboard.press('Enter');
    await page.getByText('/no/such/path').waitFor();
    await close();
  });

  describe.skipIf(whyNoSandbox)(`in a sandbox${whyNoSandbox ? ` (skipped: ${whyNoSandbox})` : ''}`, () => {
    it('writes untorn on a drive that allows it, and compares', async () => {
      const { page, complaints, close } = await openPage(browser, url);
      await page.getByText('a loop device of').first().waitFor();
      await page.getByRole('combobox', { name: 'Plan', exact: true }).selectOption('bigalloc-16k-sandbox');
      await page.getByText('in a sandbox').first().waitFor();
      await page.getByLabel('Run on').selectOption('uml');
      await page.getByRole('button', { name: 'Run and compare' }).click();
      await verdictOf(page).getByText('Match').waitFor({ timeout: 120_000 });
      expect(await page.getByRole('row').filter({ hasText: 'atomic' }).count()).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
      await close();
    });
  });

  describe.skipIf(whyNoRun)(`on the kernel${whyNoRun ? ` (skipped: ${whyNoRun})` : ''}`, () => {
    it('leads a newcomer from nothing to a compared result in at most four clicks', async () => {
      const { page, complaints, close } = await openPage(browser, url);
      await page.evaluate(() => {
        document.addEventListener('click', () => {
          document.body.dataset['clicks'] = String(Number(document.body.dataset['clicks'] ?? '0') + 1);
        });
      });
      await page.getByText('a loop device of').first().waitFor();
      await page.getByRole('button', { name: 'Predict' }).click();
      await verdictOf(page).getByText('Predicted').waitFor();
      await page.getByRole('button', { name: 'Run and compare' }).click();
      await verdictOf(page).getByText('Match').waitFor({ timeout: 60_000 });
      await page.getByRole('row').filter({ hasText: '0..' }).first().click();
      expect(await textOf(page.getByTestId('readout'))).toContain('logical 0');
      const clicks = await page.evaluate(() => Number(document.body.dataset['clicks']));
      expect(clicks).toBeLessThanOrEqual(4);
      expect(complaints).toEqual([]);
      await close();
    });

    it('does the whole job by keyboard alone, to the run in the history', async () => {
      const { page, complaints, close } = await openPage(browser, url);
      await page.getByText('a loop device of').first().waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).waitFor();
      await page.keyboard.type('three files grow');
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: '0 create' }).first().waitFor();
      await page.keyboard.press('Control+Enter');
      await verdictOf(page).getByText('Predicted').waitFor();
      await page.keyboard.press('Control+Shift+Enter');
      await verdictOf(page).getByText('Match').waitFor({ timeout: 60_000 });
      await jumpTo(page, 'grid');
      await page.keyboard.press('ArrowDown');
      expect(await page.getByRole('row', { selected: true }).count()).toBe(1);
      await expect.poll(() => page.url()).toMatch(/run=\d{8}T.*extent=0/);
      await page.keyboard.press('3');
      await page.getByRole('listbox', { name: 'Runs, newest first' }).getByRole('option').first().waitFor();
      await jumpTo(page, 'listbox');
      await page.keyboard.press('ArrowDown');
      await page.getByRole('region', { name: 'The run' }).getByText('Match').first().waitFor();
      expect(complaints).toEqual([]);
      await close();
    });

    it('cancels a real run and says so', async () => {
      const { page, close } = await openPage(browser, url);
      const steps = [{ op: 'many', prefix: 'f', count: 200_000, length: '4KiB', how: 'direct' }];
      const target = { kind: 'loop', size: '2GiB', mkfs: { fs: 'ext4', args: ['-b', '4096'] } };
      await writePlan(page, JSON.stringify({ version: 1, name: 'long', target, steps }));
      await page.getByText('a loop device of 2').waitFor();
      await page.keyboard.press('Control+Shift+Enter');
      await page.getByRole('button', { name: 'Cancel' }).waitFor();
      await page.waitForTimeout(500);
      await page.keyboard.press('Escape');
      await verdictOf(page).getByText('Cancelled.').waitFor({ timeout: 60_000 });
      await close();
    });

    it.each(['dark', 'light'] as const)(
      'runs an example and compares it, in the %s theme',
      async (colorScheme) => {
        const { page, complaints, close } = await openPage(browser, url, { colorScheme });
        await page
          .getByRole('option', { name: 'Three files that grow by turns' })
          .waitFor({ state: 'attached' });
        await page
          .getByRole('combobox', { name: 'Plan' })
          .selectOption({ label: 'Three files that grow by turns' });
        await page.getByRole('button', { name: 'Run and compare' }).click();
        await page.getByRole('region', { name: 'Verdict' }).getByText('Match').waitFor({ timeout: 60_000 });
        await mapIdle(page);
        const grid = page.getByRole('grid');
        await grid.focus();
        await page.keyboard.press('ArrowDown');
        await mapIdle(page);
        const [, logical, predicted, actual] = await page
          .getByRole('row', { selected: true })
          .getByRole('gridcell')
          .allInnerTexts();
        expect(logical).toBe('0..3');
        expect(actual).toBe(predicted);
        await takePicture(page, `match-${colorScheme}`);
        expect(await seriousFindings(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await close();
      },
    );
  });
});
