import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from './axe.ts';
import { openPage, textOf } from './harness.ts';
import { describeInBrowser } from './stage.ts';
import { takePicture } from './picture.ts';
import { samplePassport } from './sample-passport.ts';
import { standIn } from './stand-in.ts';

/** The passport of a path, with every part that one can have. */
describeInBrowser('the passport', standIn, (stage) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`shows windows, reasons, remedies and units (${colorScheme})`, async () => {
      const { page, complaints, close } = await openPage(stage.browser, stage.server.url, { colorScheme });
      await page.keyboard.press('2');
      await page.getByRole('textbox').fill(samplePassport.path);
      await page.keyboard.press('Enter');
      await page.getByText('16 KiB is refused').waitFor();
      const layers = page.getByRole('table', { name: 'What each layer lets through' });
      expect(await textOf(layers.getByRole('row').filter({ hasText: 'nvme0n1p2' }))).toContain(
        '512 B to 64 KiB',
      );
      expect(await textOf(layers.getByRole('rowheader').filter({ hasText: 'ext4' }))).toBe('ext4 narrows');
      expect(await textOf(layers)).toContain("NABSPF is 127. The kernel's limits say something else.");
      expect(await textOf(layers.getByRole('row').filter({ hasText: 'multipath' }))).toContain('not known');
      expect(await textOf(page.getByRole('region', { name: 'How its units lie' }))).toContain(
        'several extents, at 1 MiB',
      );
      await page.getByText('Root would add').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await takePicture(page, `passport-${colorScheme}`);
      expect(complaints).toEqual([]);
      await close();
    });
  }

  it('writes the sizes of its scale into their cells, however narrow the window', async () => {
    const viewport = { width: 1024, height: 700 };
    const { page, close } = await openPage(stage.browser, stage.server.url, { viewport });
    await page.keyboard.press('2');
    await page.getByRole('region', { name: 'What the drives here keep whole' }).waitFor();
    expect(await crowded(page)).toEqual([]);
    await page.getByRole('textbox').fill(samplePassport.path);
    await page.keyboard.press('Enter');
    const layers = page.getByRole('table', { name: 'What each layer lets through' });
    await layers.waitFor();
    expect(await crowded(page)).toEqual([]);
    const reason = await layers.getByText('the partition begins at a multiple').boundingBox();
    expect(reason?.width).toBeGreaterThan(300);
    expect(reason?.height).toBeLessThan(30);
    await close();
  });

  it('copies the command of a remedy, alone', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page, close } = await openPage(stage.browser, stage.server.url, { permissions });
    await page.keyboard.press('2');
    await page.getByRole('textbox').fill(samplePassport.path);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Copy ${samplePassport.remedy}` }).click();
    await page.getByRole('status').getByText('copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(samplePassport.remedy);
    await close();
  });

  it('shows the drives on one scale before a path is asked for, and leads to each', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.keyboard.press('2');
    const drives = page.getByRole('region', { name: 'What the drives here keep whole' });
    expect(await textOf(drives.getByRole('row').filter({ hasText: 'MICRON' }))).toContain('512 B to 256 KiB');
    expect(await seriousFindings(page)).toEqual([]);
    await drives.getByRole('button', { name: 'sda' }).click();
    await page.getByText('/dev/sda: no such file').waitFor();
    await close();
  });

  it('offers drives and filesystems, in use or free, by mouse and by key', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.keyboard.press('2');
    const list = page.getByRole('listbox', { name: 'Drives and filesystems' });
    const option = (name: string) => list.getByRole('option').filter({ hasText: name });
    expect(await textOf(option('MICRON'))).toMatch(/nvme1n1.*894 GiB.*free.*atomic 512 B to 256 KiB/s);
    expect(await textOf(option('nvme0n1p3'))).toContain('swap space');
    expect(await textOf(option('xfs on md0'))).toContain('/srv');
    await option('ST8000NM').click();
    await page.getByText('/dev/sda: no such file').waitFor();
    expect(await page.getByRole('textbox').inputValue()).toBe('/dev/sda');
    await list.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('/dev/md0: no such file').waitFor();
    expect(await option('md raid1').getAttribute('aria-selected')).toBe('true');
    await close();
  });

  it('has an address, which a reload and the way back keep', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await page.keyboard.press('2');
    for (const path of [samplePassport.path, '/nowhere']) {
      await page.getByRole('textbox').fill(path);
      await page.keyboard.press('Enter');
      await page.getByText(path === '/nowhere' ? 'no such file' : '16 KiB is refused').waitFor();
    }
    await page.goBack();
    await page.getByText('16 KiB is refused').waitFor();
    await page.reload();
    await page.getByText('16 KiB is refused').waitFor();
    expect(await page.getByRole('textbox').inputValue()).toBe(samplePassport.path);
    await close();
  });
});

/** Labels of the scale that are wider than their cells. */
function crowded(page: Page): Promise<string[]> {
  return page
    .locator('.scale span, .scale em')
    .evaluateAll((labels) =>
      labels
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ textContent }) => textContent),
    );
}
