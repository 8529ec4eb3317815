import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privilege } from '../../main/run/index.ts';
import { projectPath } from '../../main/project.ts';
import { seriousFindings } from './axe.ts';
import { takePicture } from './picture.ts';
import { mapIdle, openBrowser, openPage, whyNoBrowser } from './harness.ts';

const cli = projectPath('dist', 'main', 'cli', 'untorn.js');
const whyNot =
  whyNoBrowser ?? (existsSync(cli) ? null : 'the command line is not built (npm run build:main)');
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

  describe.skipIf(whyNoRun)(`on the kernel${whyNoRun ? ` (skipped: ${whyNoRun})` : ''}`, () => {
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
