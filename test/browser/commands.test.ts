import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from './axe.ts';
import { mapIdle, openPage, serveOver, textOf } from './harness.ts';
import { describeInBrowser } from './stage.ts';
import { standIn, standInWithoutPrivilege } from './stand-in.ts';

/** The one list of commands, as keys, as the overlay of keys and as the palette. */
describeInBrowser('the commands', standIn, (stage) => {
  it('are found by a few letters and done by keyboard alone', async () => {
    const { page, complaints, close } = await openPage(stage.browser, stage.server.url);
    await page.getByText('a loop device of').first().waitFor();
    await page.keyboard.press('Control+k');
    const search = page.getByRole('combobox', { name: 'Command' });
    await search.waitFor();
    const options = page.getByRole('listbox', { name: 'Commands' }).getByRole('option');
    expect(await options.count()).toBeGreaterThan(5);
    await page.keyboard.type('passp');
    const active = () => search.getAttribute('aria-activedescendant').then((id) => page.locator(`#${id}`));
    expect(await textOf(await active())).toContain('Passport');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Probe' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).waitFor();
    await page.keyboard.type('qqq');
    await page.getByText('No command has these letters').waitFor();
    await page.keyboard.press('Escape');
    await search.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await close();
  });

  it('find examples, kept runs and files from every view', async () => {
    const { page, complaints, close } = await openPage(stage.browser, stage.server.url);
    await page.getByText('a loop device of').first().waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await page.getByRole('region', { name: 'Verdict' }).getByText('Match').waitFor();
    const choose = async (typed: string, group: string) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).fill(typed);
      await page
        .getByRole('option', { name: new RegExp(`^${group}`) })
        .first()
        .click();
    };
    await choose('table', 'File');
    await expect.poll(() => page.url()).toContain('file=table');
    await page.keyboard.press('4');
    await choose('every page lies aligned, match', 'Run');
    await page.getByRole('region', { name: 'The run' }).waitFor();
    await choose('three files', 'Example');
    await expect.poll(() => page.url()).toContain('#/lab?plan=');
    expect(complaints).toEqual([]);
    await close();
  });

  it('say why they cannot be done, by key and in the palette', async () => {
    const unprivileged = await serveOver(standInWithoutPrivilege);
    const { page, close } = await openPage(stage.browser, unprivileged.url);
    await page.getByText('a loop device of').first().waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await page.getByRole('status').getByText('this service runs as an ordinary user').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).waitFor();
    await page.keyboard.type('run the plan');
    const option = page.getByRole('option', { name: 'Run the plan on the kernel' });
    expect(await option.getAttribute('aria-disabled')).toBe('true');
    expect(await textOf(option)).toContain('need root');
    await close();
    await unprivileged.close();
  });

  it('leave letters to whoever types them', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.keyboard.press('2');
    const path = page.getByRole('textbox', { name: 'What can be written untorn to' });
    await path.fill('/dev/nvme');
    await page.keyboard.type('1?x');
    expect(await path.inputValue()).toBe('/dev/nvme1?x');
    await close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`have no serious finding of axe (${colorScheme})`, async () => {
      const { page, close } = await openPage(stage.browser, stage.server.url, { colorScheme });
      await page.getByText('a loop device of').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).getByText('Next difference').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await close();
    });
  }

  it('follow the chosen theme, and remember it', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url, { colorScheme: 'light' });
    await page.getByText('a loop device of').first().waitFor();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.keyboard.press('Control+Enter');
    await mapIdle(page);
    expect(await brightness(page)).toBeGreaterThan(150);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).waitFor();
    await page.keyboard.type('dark theme');
    await page.keyboard.press('Enter');
    await expect.poll(ground).not.toBe(light);
    await expect.poll(() => brightness(page)).toBeLessThan(100);
    await page.reload();
    await page.getByText('a loop device of').first().waitFor();
    await expect.poll(ground).not.toBe(light);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).waitFor();
    await page.keyboard.type('theme of the system');
    await page.keyboard.press('Enter');
    await expect.poll(ground).toBe(light);
    await close();
  });
});

/** Mean of red, green and blue over the extent map, which paints its colours itself. */
function brightness(page: Page): Promise<number> {
  return page.locator('.canvas canvas').evaluate((canvas: HTMLCanvasElement) => {
    const image = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let sum = 0;
    for (let at = 0; at < image.length; at += 4)
      sum += (image[at] ?? 0) + (image[at + 1] ?? 0) + (image[at + 2] ?? 0);
    return sum / ((image.length / 4) * 3);
  });
}
