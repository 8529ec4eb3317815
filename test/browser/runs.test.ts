import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { differingRun } from '../support/sample-run.ts';
import { seriousFindings } from './axe.ts';
import { openPage, planNamed, textOf, writePlan } from './harness.ts';
import { describeInBrowser } from './stage.ts';
import { takePicture } from './picture.ts';
import { standIn } from './stand-in.ts';

/** The history of runs in the real interface, over a history of the test's own. */
describeInBrowser('the runs', standIn, (stage) => {
  it('keeps what was run, and finds, opens, compares, exports and forgets it', async () => {
    const { page, complaints, close } = await openPage(stage.browser, stage.server.url);
    for (const name of ['first of all', 'this one differs']) {
      await writePlan(page, planNamed(name));
      await page.getByText('a loop device of 512').waitFor();
      await page.getByRole('button', { name: 'Run and compare' }).click();
      await page
        .getByRole('region', { name: 'Verdict' })
        .getByText(name.includes('differs') ? 'Differs' : 'Match', { exact: true })
        .waitFor();
    }
    await page.getByRole('button', { name: 'Runs', exact: true }).click();
    const options = page.getByRole('listbox', { name: 'Runs, newest first' }).getByRole('option');
    await options.nth(1).waitFor();
    await page.getByLabel('Search the runs').fill('DIFFERS');
    await options.filter({ hasText: 'first of all' }).waitFor({ state: 'detached' });
    await options.first().click();
    const detail = page.getByRole('region', { name: 'The run' });
    await detail.getByText('this one differs').waitFor();
    expect(page.url()).toMatch(/#\/runs\/\d{8}T\d{6}Z-[0-9a-f]{6}$/);
    await takePicture(page, 'runs-light', ['.when', '.detail > h2:first-child', 'dd.mono']);

    await page.getByLabel('Search the runs').fill('');
    await options.nth(1).waitFor();
    await detail.getByLabel('Compare with').selectOption({ index: 1 });
    await detail.getByText('Differ in 2').waitFor();
    await detail.getByText('not the same text').waitFor();

    const download = page.waitForEvent('download');
    await detail.getByRole('button', { name: 'Page' }).click();
    const saved = await (await download).path();
    expect(await readFile(saved, 'utf8')).toContain('≠ Differs in 2');

    await page.reload();
    await detail.getByText('this one differs').waitFor();
    await detail.getByRole('button', { name: 'Open in the lab' }).click();
    await page.getByRole('region', { name: 'Verdict' }).getByText('Differs', { exact: true }).waitFor();
    await page.goBack();
    await detail.getByRole('button', { name: 'Remove…' }).click();
    await detail.getByRole('button', { name: 'Remove for good' }).click();
    await page.getByText('Choose a run').waitFor();
    await options.nth(1).waitFor({ state: 'detached' });
    expect(await options.count()).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });

  it('brings in a run of another machine, and refuses what is none', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.keyboard.press('3');
    const picker = page.locator('input[type="file"]');
    await page.getByRole('button', { name: 'Import…' }).waitFor();
    const file = (text: string) => ({
      name: 'r.json',
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    });
    await picker.setInputFiles(file('{"format":"something"}'));
    await page.getByRole('alert').getByText('what is to be brought in').waitFor();
    await picker.setInputFiles(file(JSON.stringify(differingRun())));
    const detail = page.getByRole('region', { name: 'The run' });
    await detail.getByText('a <differing> one').waitFor();
    expect(await textOf(detail)).toContain('the kernel answered ENOSPC');
    await close();
  });

  it('lets its list be made wider by key, and remembers it', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.keyboard.press('3');
    const list = page.getByRole('region', { name: 'Runs' });
    const wide = async () => (await list.boundingBox())?.width ?? 0;
    const usual = await wide();
    await page.getByRole('separator', { name: 'Width of the list' }).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(wide).toBe(usual + 80);
    await page.reload();
    await expect.poll(wide).toBe(usual + 80);
    await close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious finding of axe (${colorScheme})`, async () => {
      const { page, close } = await openPage(stage.browser, `${stage.server.url}`, { colorScheme });
      await page.keyboard.press('3');
      await page.getByRole('button', { name: 'Import…' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await close();
    });
  }
});
