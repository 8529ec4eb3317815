import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../main/serve/server.ts';
import type { Laboratory } from '../../main/service/index.ts';
import { mapIdle, openBrowser, openPage, serveOver, textOf, whyNoBrowser } from './harness.ts';
import { extentRows, mapIn, momentOf, readoutOf, showLayers, start, verdictIn } from './map-stage.ts';
import { mirrorLab } from './mirror-lab.ts';

/** Runs of the history: how their layouts came about, told once more by the mirror of today. */

/** Predicts as it did, or, of plans that were run already, otherwise: a mirror that was mended since. */
function changing(): { readonly laboratory: Laboratory; change(): void } {
  let hasChanged = false;
  const predict: Laboratory['predict'] = async (plan, work) => {
    const prediction = await mirrorLab.predict(plan, work);
    const { outcome } = prediction;
    const { table } = outcome.files;
    if (!hasChanged || !table || !('extents' in table) || !table.extents) return prediction;
    const extents = table.extents.map((one) => ({ ...one, physical: one.physical + 8 }));
    return { ...prediction, outcome: { ...outcome, files: { ...outcome.files, table: { extents } } } };
  };
  return { laboratory: { ...mirrorLab, predict }, change: () => (hasChanged = true) };
}

describe.skipIf(whyNoBrowser)(
  `a kept run on the map${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`,
  () => {
    let browser: Browser;
    let closeBrowser: () => Promise<void>;
    let server: RunningServer;
    const mirror = changing();

    beforeAll(async () => {
      ({ browser, close: closeBrowser } = await openBrowser());
      server = await serveOver(mirror.laboratory);
    });
    afterAll(async () => {
      await server.close();
      await closeBrowser();
    });

    /** A run that was made by another page, opened from the history. */
    async function openKept(name: string): Promise<Awaited<ReturnType<typeof openPage>>> {
      const first = await openPage(browser, server.url);
      await start(first.page, name, 'Run and compare', 'Differs', server.url);
      await first.close();
      const watched = await openPage(browser, server.url);
      const { page } = watched;
      await page.getByRole('button', { name: 'Runs', exact: true }).click();
      await page.getByText(name, { exact: true }).first().click();
      await page.getByRole('button', { name: 'Open in the lab' }).click();
      await verdictIn(page).getByText('Differs', { exact: true }).waitFor();
      await mapIdle(page);
      return watched;
    }

    const moment = (page: Page) => page.getByRole('slider', { name: 'Moment of the plan' });

    it('has scrubber, layers and reasons, as right after it was made', async () => {
      const { page, complaints, close } = await openKept('kept differs');
      await expect.poll(() => moment(page).isEnabled()).toBe(true);
      await page.getByRole('button', { name: 'table', exact: true }).click();
      expect(await extentRows(page).count()).toBe(4);
      await moment(page).fill('4');
      await mapIdle(page);
      expect(await momentOf(page)).toContain('step 3 fallocate table');
      await expect.poll(() => textOf(extentRows(page).nth(1))).toContain('0..15');
      await page.keyboard.press('}');
      await mapIn(page).focus();
      await page.keyboard.press('n');
      await expect.poll(() => readoutOf(page)).toContain('since step 12 write table');
      await page.keyboard.press('w');
      const why = page.getByRole('tabpanel', { name: 'Why' });
      await why.getByText('allocate 32 blocks').first().waitFor();
      await showLayers(page, 'preallocated');
      await page.keyboard.press('v');
      await page.getByRole('combobox', { name: 'list' }).selectOption({ label: 'preallocated' });
      const volume = page.getByRole('grid', { name: /^The volume/ });
      await expect.poll(() => volume.getByRole('row').count()).toBeGreaterThan(1);
      expect(complaints).toEqual([]);
      await close();
    });

    it('says so where the mirror predicts otherwise by now, and tells nothing that is not of that run', async () => {
      mirror.change();
      const { page, complaints, close } = await openKept('kept before a mend differs');
      const status = page.getByRole('group', { name: 'Replay of the layout' });
      await expect.poll(() => textOf(status)).toContain('predicts this plan otherwise here and now');
      expect(await textOf(status)).toContain('table');
      expect(await moment(page).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'table', exact: true }).click();
      await page.keyboard.press('w');
      await page
        .getByRole('tabpanel', { name: 'Why' })
        .getByText('predicts this plan otherwise here and now')
        .waitFor();
      await page.keyboard.press('v');
      const groups = page.getByRole('tabpanel', { name: 'Groups' });
      await groups.getByText('predicts this plan otherwise here and now').waitFor();
      expect(await groups.getByRole('row').count()).toBe(3);
      expect(complaints).toEqual([]);
      await close();
    });
  },
);
