import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../main/serve/server.ts';
import { laboratoryHere } from '../../main/service/laboratory-here.ts';
import { whyNotRoot } from '../support/machine.ts';
import { seriousFindings } from './axe.ts';
import { mapIdle, openBrowser, openPage, serveOver, textOf, whyNoBrowser } from './harness.ts';
import {
  extentRows as extents,
  inkIn,
  mapIn as map,
  momentOf as moment,
  readoutOf as readout,
  showLayers as layers,
  start as startAt,
  verdictIn as verdict,
} from './map-stage.ts';
import { mirrorLab } from './mirror-lab.ts';
import { takePicture } from './picture.ts';

const whyNoTrace =
  whyNotRoot() ||
  (existsSync('/sys/kernel/tracing/events/ext4/ext4_request_blocks')
    ? false
    : 'skipped: no tracepoints of ext4');

describe.skipIf(whyNoBrowser)(`the extent map${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`, () => {
  let browser: Browser;
  let closeBrowser: () => Promise<void>;
  let server: RunningServer;
  const defects: unknown[] = [];

  beforeAll(async () => {
    ({ browser, close: closeBrowser } = await openBrowser());
    server = await serveOver(mirrorLab, defects);
  });
  afterAll(async () => {
    await server.close();
    await closeBrowser();
  });

  const open = (options = {}) => openPage(browser, server.url, options);
  const start = (page: Page, name: string, button: 'Predict' | 'Run and compare', word: string) =>
    startAt(page, name, button, word, server.url);

  it('replays how the layout came about, in the map, the tables and in words', async () => {
    const { page, complaints, close } = await open();
    await start(page, 'replay', 'Predict', 'Predicted');
    expect(await moment(page)).toContain('the end');
    await page.getByRole('button', { name: 'Show the layout behind step 3' }).click();
    await mapIdle(page);
    expect(await moment(page)).toContain('step 3 fallocate table');
    await page.getByRole('button', { name: 'table', exact: true }).click();
    await expect.poll(() => textOf(extents(page).nth(1))).toContain('0..15');
    expect(await textOf(extents(page).nth(1))).toContain('unwritten');
    expect(await readout(page)).toContain('since step 3 fallocate table');
    // What was written later makes two extents of it.
    await page.keyboard.press('}');
    await expect.poll(() => extents(page).count()).toBe(4);
    expect(await textOf(extents(page).nth(1))).toContain('0..7');
    expect(await readout(page)).toContain('since step 3 fallocate table');
    // A file that is gone in the end is there while it lasted.
    expect(await page.getByRole('button', { name: 'scratch', exact: true }).count()).toBe(0);
    await page.getByRole('slider', { name: 'Moment of the plan' }).fill('7');
    await page.getByRole('button', { name: 'scratch', exact: true }).click();
    await expect.poll(() => textOf(extents(page).nth(1))).toContain('0..4');
    expect(complaints).toEqual([]);
    await close();
  });

  it('plays the replay to its end by itself, and pauses', async () => {
    const { page, close } = await open();
    await start(page, 'replay', 'Predict', 'Predicted');
    await map(page).focus();
    await page.keyboard.press('{');
    await expect.poll(() => moment(page)).toContain('before the first step');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await expect.poll(() => moment(page), { timeout: 10_000 }).toContain('step 1 write journal');
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await page.getByRole('slider', { name: 'Moment of the plan' }).fill('12');
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => moment(page), { timeout: 10_000 }).toContain('the end');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await close();
  });

  it('shows what differs in a lane of its own, and why the kernel went elsewhere', async () => {
    const { page, complaints, close } = await open({ colorScheme: 'dark' });
    await start(page, 'differs', 'Run and compare', 'Differs');
    await map(page).focus();
    await page.keyboard.press('n');
    await mapIdle(page);
    expect(await textOf(page.getByRole('row', { selected: true }))).toContain('32..63');
    await page.getByRole('tab', { name: 'Why' }).click();
    const why = page.getByRole('tabpanel', { name: 'Why' });
    await why.getByText('allocate 32 blocks').first().waitFor();
    expect(await textOf(why)).toContain('there since step 12 write table');
    expect(await textOf(why)).not.toContain('kernel only');
    await why.getByRole('checkbox', { name: /record the kernel/ }).check();
    await page.getByRole('button', { name: 'Run and compare' }).click();
    await why.getByText('Choose an extent').waitFor();
    await map(page).focus();
    await page.keyboard.press('n');
    const goal = why.getByRole('row').filter({ hasText: 'goal' }).first();
    await goal.getByTitle('differs').waitFor();
    expect(await textOf(why.getByRole('row').filter({ hasText: 'hints' }).first())).toContain('the same');
    await mapIdle(page);
    await takePicture(page, 'map-why-dark');
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows free space, buddies and preallocations at every moment', async () => {
    const { page, complaints, close } = await open();
    await start(page, 'layers', 'Predict', 'Predicted');
    const [axis, band] = [28, 20];
    await layers(page, 'free before', 'free now', 'buddies', 'preallocated');
    const inkOf = (index: number) => inkIn(page, axis + index * band + 1, band - 3);
    await expect.poll(() => inkOf(1), { timeout: 20_000 }).toBeGreaterThan(0);
    await expect.poll(() => inkOf(4)).toBeGreaterThan(0);
    const before = await inkOf(1);
    await expect.poll(() => inkOf(2)).toBeLessThan(before);
    await takePicture(page, 'map-layers-light');
    await page.keyboard.press('{');
    await expect.poll(() => inkOf(2), { timeout: 20_000 }).toBe(before);
    expect(complaints).toEqual([]);
    await close();
  });

  it('has a logical axis, and leaves the layers to the physical one', async () => {
    const { page, close } = await open();
    await start(page, 'logical', 'Run and compare', 'Match');
    await page.keyboard.press('l');
    await mapIdle(page);
    expect(await page.getByRole('combobox', { name: 'axis' }).inputValue()).toBe('logical');
    expect(await page.getByRole('button', { name: /^Layers/ }).isDisabled()).toBe(true);
    const box = await page.locator('.canvas canvas').boundingBox();
    if (!box) throw new Error('no map');
    // The second file begins at the left end of the axis.
    await page.mouse.move(box.x + box.width * 0.05, box.y + box.height * 0.42);
    await expect.poll(() => readout(page)).toContain('is logical');
    await page.keyboard.press('l');
    await mapIdle(page);
    expect(await page.getByRole('combobox', { name: 'axis' }).inputValue()).toBe('physical');
    await close();
  });

  it('zooms by wheel and by pinch around the cursor, moves by drag and keys', async () => {
    const { page, close } = await open();
    await start(page, 'zoom', 'Predict', 'Predicted');
    const box = await page.locator('.canvas canvas').boundingBox();
    if (!box) throw new Error('no map');
    // What lies below one point tells what part of the axis is on screen.
    const seen: string[] = [];
    const changes = async (act: () => Promise<void>) => {
      await act();
      await mapIdle(page);
      await page.mouse.move(box.x + box.width / 4, box.y + box.height - 3);
      const now = await readout(page);
      expect(now).toContain('block');
      expect(now).not.toBe(seen.at(-1));
      seen.push(now);
      await page.mouse.move(box.x + box.width / 2, box.y + 60);
    };
    await changes(() => Promise.resolve());
    await map(page).focus();
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await changes(() => page.mouse.wheel(0, -600));
    await changes(async () => {
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, -40);
      await page.keyboard.up('Control');
    });
    await changes(() => page.mouse.wheel(90, 0));
    await changes(async () => {
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + 140, box.y + 60, { steps: 3 });
      await page.mouse.up();
    });
    await changes(() => page.keyboard.press('ArrowLeft'));
    await changes(() => page.keyboard.press('+'));
    // Another unit changes the axis, not what is on screen of it.
    await page.keyboard.press('u');
    await page.keyboard.press('0');
    await page.keyboard.press('U');
    await mapIdle(page);
    await page.mouse.move(box.x + box.width / 4, box.y + box.height - 3);
    await expect.poll(() => readout(page)).toBe(seen[0]);
    await close();
  });

  it('is drawn in device pixels, also where it is lower than its files', async () => {
    const { page, close } = await open({ deviceScaleFactor: 2, viewport: { width: 1280, height: 800 } });
    await start(page, 'differs', 'Run and compare', 'Differs');
    await layers(page, 'free now', 'buddies');
    const ratios = await page.locator('.map canvas').evaluateAll((all) =>
      all.flatMap((one) => {
        const { width, height } = one as HTMLCanvasElement;
        return [width / one.clientWidth, height / one.clientHeight];
      }),
    );
    expect(ratios).toEqual([2, 2, 2, 2]);
    await close();
  });

  describe.each(['dark', 'light'] as const)('in the %s theme', (colorScheme) => {
    it('has no serious finding of axe, and needs no mouse', async () => {
      const { page, complaints, close } = await open({ colorScheme });
      await start(page, 'differs', 'Run and compare', 'Differs');
      await layers(page, 'buddies');
      await map(page).focus();
      await page.keyboard.press('n');
      await page.keyboard.press('w');
      await page.getByRole('tabpanel', { name: 'Why' }).getByText('allocate 32 blocks').first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('w');
      await page.keyboard.press('[');
      await expect.poll(() => moment(page)).toContain('step 12');
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: /^Layers/ }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('checkbox', { name: 'free now' }).waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints.filter((text) => !text.includes('[axe]'))).toEqual([]);
      await close();
    });
  });

  it.skipIf(whyNoTrace)(
    `lays the kernel’s own decisions beside the mirror’s${whyNoTrace ? ` (${whyNoTrace})` : ''}`,
    async () => {
      const real = await serveOver(laboratoryHere, defects);
      const { page, complaints, close } = await openPage(browser, real.url);
      await startAt(page, 'traced', 'Predict', 'Predicted', real.url);
      await page.keyboard.press('w');
      await page.getByRole('checkbox', { name: /record the kernel/ }).check();
      await page.getByRole('button', { name: 'Run and compare' }).click();
      await verdict(page).getByText('Match', { exact: true }).waitFor({ timeout: 120_000 });
      await page.getByRole('button', { name: 'table', exact: true }).click();
      const why = page.getByRole('tabpanel', { name: 'Why' });
      await why.getByText('Mirror and kernel agree on every decision').waitFor();
      expect(await textOf(why.getByRole('row').filter({ hasText: 'goal' }).first())).toContain('the same');
      expect(complaints).toEqual([]);
      await close();
      await real.close();
    },
  );

  it('met no defect', () => {
    expect(defects).toEqual([]);
  });
});
