import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from './axe.ts';
import { openJson, openPage, planNamed, serveOver, textOf, writePlan } from './harness.ts';
import { describeInBrowser } from './stage.ts';
import { standIn, standInWithoutPrivilege } from './stand-in.ts';

/** The plan's two editors over one text, its target, its allocators, and the panes around it. */
describeInBrowser('the plan', standIn, (stage) => {
  const steps = (page: Page) => page.getByRole('listbox', { name: 'Steps of the plan' });
  const tab = (page: Page, name: string | RegExp) => page.getByRole('tab', { name });
  /** The whole text: of a long one the editor has only a part on the page. */
  const json = (page: Page) => page.evaluate(() => sessionStorage.getItem('untorn.plan') ?? '');

  async function openWith(name: string, url = stage.server.url) {
    const opened = await openPage(stage.browser, url);
    await writePlan(opened.page, planNamed(name));
    await opened.page.getByText('a loop device of 512').waitFor();
    await tab(opened.page, /^Steps/).click();
    return opened;
  }

  it('changes only what it must of the text, and undoes form and text in one order', async () => {
    const { page, complaints, close } = await openWith('formed');
    const before = await json(page);
    await steps(page).getByRole('option').nth(1).click();
    const form = page.getByRole('group', { name: 'Step 1' });
    await form.getByLabel('length').fill('64KiB');
    await form.getByLabel('atomic').uncheck();
    await form.getByLabel('sync').selectOption('sync');
    const after = await json(page);
    expect(after).toBe(
      before
        .replace('"length": "16KiB"', '"length": "64KiB"')
        .replace(/,\s*"atomic": true/, '')
        .replace('dsync', 'sync'),
    );
    await (await openJson(page)).focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(' ');
    await expect.poll(() => json(page)).toBe(`${after} `);
    for (let undone = 0; undone < 5 && (await json(page)) !== before; undone++)
      await page.keyboard.press('Control+z');
    expect(await json(page)).toBe(before);
    await page.keyboard.press('Control+Shift+z');
    await tab(page, /^Steps/).click();
    await expect.poll(() => form.getByLabel('length').inputValue()).not.toBe('16KiB');
    expect(complaints).toEqual([]);
    await close();
  });

  it('adds, moves, duplicates and removes steps by keys', async () => {
    const { page, close } = await openWith('moved');
    await steps(page).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Insert');
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Control+d');
    const rows = () => steps(page).getByRole('option').allInnerTexts();
    await expect
      .poll(async () => (await rows()).map((row) => row.replace(/\s+/g, ' ')))
      .toEqual([
        '0 create journal',
        '1 write journal 0 +16 KiB atomic dsync',
        '2 fallocate table 64 KiB +64 KiB keep-size',
        '3 write journal 16 KiB +16 KiB',
        '4 write journal 32 KiB +16 KiB',
        '5 close journal',
      ]);
    await page.keyboard.press('Delete');
    await expect.poll(async () => (await rows()).length).toBe(5);
    await close();
  });

  it('says at the field and in the text what is wrong', async () => {
    const { page, close } = await openWith('wrong');
    await steps(page).getByRole('option').nth(1).click();
    const length = page.getByRole('group', { name: 'Step 1' }).getByLabel('length');
    await length.fill('16KB');
    await page.getByText('One error').waitFor();
    expect(await length.getAttribute('aria-invalid')).toBe('true');
    expect(await textOf(page.getByRole('group', { name: 'Step 1' }))).toContain('a text such as "16KiB"');
    await tab(page, /^Steps.*has an error/).waitFor();
    expect(await page.getByRole('button', { name: 'Predict' }).isDisabled()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'steps[1].length' }).click();
    const inEditor = () =>
      page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.matches('.cm-content') ?? false);
    await expect.poll(inEditor).toBe(true);
    await page.keyboard.insertText('"32KiB"');
    await page.getByText('4 steps').waitFor();
    await writePlan(page, '{\n  "version": 1,\n  "steps": [ }');
    await page.getByRole('button', { name: 'line 3, column 14' }).waitFor();
    await writePlan(page, '{ "version": 1, ');
    await tab(page, 'Target').click();
    await page.getByText('The text is no JSON').waitFor();
    await close();
  });

  it('shows of a long title and a long step what there is room for, and the rest as a hint', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url, {
      viewport: { width: 1280, height: 800 },
    });
    const plan = page.getByRole('combobox', { name: 'Plan', exact: true });
    await page.getByText('a loop device of').waitFor();
    expect(await plan.getAttribute('title')).toBe('Clusters of 16 KiB: every page lies aligned');
    const tooNarrow = await plan.evaluate((one) => one.scrollWidth > one.clientWidth);
    expect(tooNarrow).toBe(false);
    expect((await plan.boundingBox())?.width).toBeGreaterThan(300);
    const step = steps(page).getByRole('option').nth(9);
    expect(await step.getAttribute('title')).toBe('write a 16\u00a0KiB +16\u00a0KiB atomic dsync');
    const isCut = ({ scrollWidth, clientWidth }: Element) => scrollWidth > clientWidth;
    expect(await step.locator('.detail').evaluate(isCut)).toBe(false);
    await close();
  });

  it('says what is not possible here, and names a device twice', async () => {
    const unprivileged = await serveOver(standInWithoutPrivilege);
    const { page, close } = await openWith('elsewhere', unprivileged.url);
    await tab(page, 'Target').click();
    await page.getByText('Prediction only. Loop devices and mounts need root').waitFor();
    await page.getByRole('radio', { name: 'Sandbox' }).check();
    await page.getByRole('button', { name: 'Copy untorn sandbox install uml' }).waitFor();
    await page.getByRole('radio', { name: 'Image' }).check();
    await page.getByText('must not be empty').first().waitFor();
    await page.getByRole('radio', { name: 'Device' }).check();
    await page.getByText('--allow-destructive').first().waitFor();
    await page.getByLabel('again', { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('radio', { name: 'Loop' }).check();
    await page.getByText('a loop device of 512').waitFor();
    expect(await json(page)).toContain('"size": "512MiB"');
    await close();
    await unprivileged.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`lays two allocators side by side (${colorScheme})`, async () => {
      const { page, complaints, close } = await openPage(stage.browser, stage.server.url, { colorScheme });
      await page.getByText('a loop device of').waitFor();
      await page.getByLabel('versus').selectOption('rfc-2023-11');
      await page.keyboard.press('Alt+Enter');
      const verdict = page.getByRole('region', { name: 'Verdict' });
      await verdict.getByText('Versus').waitFor();
      expect(await textOf(verdict)).toContain('rfc-2023-11: 11 of 11 units aligned');
      const table = page.getByRole('region', { name: 'What each allocator does' });
      expect(await textOf(table)).toContain('EINVAL refused');
      await page.getByLabel('only those').check();
      expect(await table.getByRole('row').count()).toBe(12);
      expect(await seriousFindings(page)).toEqual([]);
      expect(page.url()).toContain('versus=rfc-2023-11');
      expect(complaints).toEqual([]);
      await close();
    });
  }

  it('has an address for what is shown and chosen, which a reload keeps', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.getByText('a loop device of').waitFor();
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.getByRole('region', { name: 'Verdict' }).getByText('Predicted').waitFor();
    await page.getByRole('row').filter({ hasText: '8..11' }).click();
    await expect.poll(() => page.url()).toContain('extent=2');
    expect(page.url()).toContain('result=prediction');
    await page.reload();
    await page.getByRole('region', { name: 'Verdict' }).getByText('Predicted').waitFor();
    expect(await textOf(page.getByRole('row', { selected: true }))).toContain('8..11');
    await page.getByRole('button', { name: 'Run and compare' }).click();
    await page.getByRole('region', { name: 'Verdict' }).getByText('Match').waitFor();
    await expect.poll(() => page.url()).toMatch(/#\/lab\?run=\d{8}T/);
    await page.reload();
    await page.getByRole('region', { name: 'Verdict' }).getByText('Match').waitFor();
    await close();
  });

  it('takes a plan, a run or an image that is dragged onto it', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.getByText('a loop device of').waitFor();
    const drop = (name: string, text: string) =>
      page.evaluate(
        ([fileName = '', content = '']) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([content], fileName));
          document.body.dispatchEvent(
            new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }),
          );
          document.body.dispatchEvent(
            new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }),
          );
        },
        [name, text],
      );
    await drop('mine.untorn.json', planNamed('dragged'));
    await page.getByText('4 steps').waitFor();
    expect(await page.getByRole('combobox', { name: 'Plan', exact: true }).inputValue()).toBe('');
    await page.getByRole('option', { name: 'mine.untorn.json' }).waitFor({ state: 'attached' });
    await drop('disk.img', '\u0000\u0000');
    await page.getByRole('alert').getByText('disk.img is no plan and no run').waitFor();
    await close();
  });

  it('has panes that keys and the pointer resize, and that are remembered', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.getByText('a loop device of').waitFor();
    const separator = page.getByRole('separator', { name: 'Width of the plan' });
    const width = async () => Number(await separator.getAttribute('aria-valuenow'));
    const usual = await width();
    await separator.focus();
    await page.keyboard.press('ArrowRight');
    expect(await width()).toBe(usual + 16);
    const box = await separator.boundingBox();
    if (!box) throw new Error('no separator');
    await page.mouse.move(box.x, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x + 400, box.y + 200, { steps: 3 });
    await page.mouse.up();
    await page.getByRole('region', { name: 'JSON of the plan' }).waitFor();
    const wide = await width();
    expect(wide).toBeGreaterThan(800);
    await page.reload();
    await page.getByText('a loop device of').waitFor();
    expect(await width()).toBe(wide);
    await separator.focus();
    await page.keyboard.press('Enter');
    expect(await width()).toBe(usual);
    await close();
  });

  it('lets the map and the tables beside each other be resized by keys, too', async () => {
    const { page, complaints, close } = await openWith('differs in panes');
    await page.keyboard.press('Control+Shift+Enter');
    await page.getByRole('region', { name: 'Verdict' }).getByText('Differs').waitFor();
    for (const [name, key] of [
      ['Height of the map', 'ArrowUp'],
      ['Width of the steps', 'ArrowLeft'],
    ] as const) {
      const separator = page.getByRole('separator', { name });
      const size = async () => Number(await separator.getAttribute('aria-valuenow'));
      const before = await size();
      await separator.focus();
      await page.keyboard.press(key);
      await expect.poll(size).toBe(before - 16);
      await page.keyboard.press('Enter');
      await expect.poll(size).toBe(before);
      await page.keyboard.press(key);
    }
    const map = page.getByRole('separator', { name: 'Height of the map' });
    const height = await map.getAttribute('aria-valuenow');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('region', { name: 'Verdict' }).getByText('Predicted').waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await page.getByRole('region', { name: 'Verdict' }).getByText('Differs').waitFor();
    await expect.poll(() => map.getAttribute('aria-valuenow')).toBe(height);
    expect(complaints).toEqual([]);
    await close();
  });
});
