import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from './axe.ts';
import { mapIdle, openPage, textOf } from './harness.ts';
import { extentRows, inkIn, mapIn, readoutOf } from './map-stage.ts';
import { describeInBrowser } from './stage.ts';
import { standIn } from './stand-in.ts';
import { takePicture } from './picture.ts';
import { tornStandIn } from './torn-stand-in.ts';

/** Where the units of a storm lie: the extent map of the torn view. */
describeInBrowser(
  'a storm’s file on the map',
  standIn,
  (stage) => {
    async function blow(page: Page): Promise<void> {
      await page.getByRole('button', { name: 'Torn' }).click();
      await page.getByLabel('Target').fill('/tmp/faults');
      await page.getByRole('button', { name: 'Let it blow' }).click();
      await page.getByRole('heading', { name: 'Where they lie' }).waitFor();
      await mapIdle(page);
    }

    it.each(['light', 'dark'] as const)(
      'marks the unit that is torn, at its place, one selection for line, map and table (%s)',
      async (colorScheme) => {
        const { page, complaints, close } = await openPage(stage.browser, stage.server.url, {
          colorScheme,
          viewport: { width: 1280, height: 1200 },
        });
        await blow(page);
        // Extents are cut where the unit begins and ends, and it lies in two of them.
        expect(await extentRows(page).count()).toBe(5);
        expect(await textOf(extentRows(page).nth(2))).toMatch(/20\.\.21 34 836\.\.34 837 2 .*✕ torn/);
        expect(await textOf(extentRows(page).nth(3))).toMatch(/22\.\.23 99 330\.\.99 331 2 .*✕ torn/);
        expect(await page.getByRole('list', { name: 'Legend' }).last().textContent()).toContain('torn');
        // From the line of units to the map.
        const units = page.getByRole('slider', { name: 'Units of the target' });
        await units.focus();
        await page.keyboard.press('n');
        await expect.poll(() => readoutOf(page)).toContain('what was written here is torn');
        expect(await readoutOf(page)).toContain('actual 34 836');
        const selected = page.getByRole('grid', { name: /^Extents/ }).getByRole('row', { selected: true });
        expect(await textOf(selected)).toContain('20..21');
        // And from the map and the table to the line: the second half of the same unit, then the one behind it.
        await mapIn(page).focus();
        await page.keyboard.press('n');
        expect(await textOf(selected)).toContain('22..23');
        expect(await units.getAttribute('aria-valuetext')).toMatch(/^unit 5,/);
        await page.getByRole('grid', { name: /^Extents/ }).focus();
        await page.keyboard.press('ArrowDown');
        await expect.poll(() => units.getAttribute('aria-valuetext')).toMatch(/^unit 6,/);
        await page.keyboard.press('ArrowUp');
        await mapIdle(page);
        expect(await inkIn(page, 28, 60)).toBeGreaterThan(0);
        expect(await seriousFindings(page)).toEqual([]);
        await mapIn(page).scrollIntoViewIfNeeded();
        await takePicture(page, `torn-map-${colorScheme}`, ['.kept']);
        expect(complaints.filter((text) => !text.includes('[axe]'))).toEqual([]);
        await close();
      },
    );

    it('keeps its map in the history', async () => {
      const before = await openPage(stage.browser, stage.server.url);
      await blow(before.page);
      await before.close();
      const { page, close } = await openPage(stage.browser, stage.server.url);
      await page.getByRole('button', { name: 'Runs', exact: true }).click();
      await page.getByRole('option').filter({ hasText: 'storm' }).first().click();
      await page.getByRole('button', { name: 'Open in the torn view' }).click();
      await page.getByRole('heading', { name: 'Where they lie' }).waitFor();
      await mapIdle(page);
      expect(await extentRows(page).count()).toBe(5);
      await close();
    });
  },
  tornStandIn,
);
