import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../main/serve/server.ts';
import { seriousFindings } from './axe.ts';
import { mapIdle, openBrowser, openPage, serveOver, textOf, whyNoBrowser } from './harness.ts';
import { inkIn, mapIn, readoutOf, showLayers, start } from './map-stage.ts';
import { mirrorLab } from './mirror-lab.ts';
import { takePicture } from './picture.ts';

/** The volume around the files: its layers as a table, and ways to a place and to a text. */

const [axis, band] = [28, 20];

describe.skipIf(whyNoBrowser)(`the volume${whyNoBrowser ? ` (skipped: ${whyNoBrowser})` : ''}`, () => {
  let browser: Browser;
  let closeBrowser: () => Promise<void>;
  let server: RunningServer;

  beforeAll(async () => {
    ({ browser, close: closeBrowser } = await openBrowser());
    server = await serveOver(mirrorLab);
  });
  afterAll(async () => {
    await server.close();
    await closeBrowser();
  });

  const open = (options = {}) => openPage(browser, server.url, options);
  const table = (page: Page) => page.getByRole('grid', { name: /^The volume/ });
  const rows = (page: Page) => table(page).getByRole('row');
  const chosen = (page: Page) => textOf(table(page).getByRole('row', { selected: true }));
  const list = (page: Page, name: string) =>
    page.getByRole('combobox', { name: 'list' }).selectOption({ label: name });

  it('lists the groups as mb_groups does, and what is free in them at the moment that is shown', async () => {
    const { page, complaints, close } = await open();
    await start(page, 'groups', 'Predict', 'Predicted', server.url);
    await page.keyboard.press('v');
    // 256 MiB in blocks of 4 KiB are two groups.
    await expect.poll(() => rows(page).count()).toBe(3);
    expect(await textOf(rows(page).first())).toMatch(/group first free before free now runs/);
    const freeNow = async () => Number((await textOf(rows(page).nth(2))).split(' ').slice(2, 5).join(''));
    await expect.poll(() => textOf(rows(page).nth(2))).toMatch(/^1 32 768 \d+/);
    const atEnd = await textOf(rows(page).nth(2));
    await page.keyboard.press('{');
    await expect.poll(() => textOf(rows(page).nth(2))).not.toBe(atEnd);
    const [, , before, now] = (await textOf(rows(page).nth(2))).replace(/(\d) (?=\d{3}\b)/g, '$1').split(' ');
    expect(now).toBe(before);
    expect(await freeNow()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('has one selection in the bands and in the table, both ways', async () => {
    const { page, complaints, close } = await open();
    await start(page, 'places', 'Predict', 'Predicted', server.url);
    await showLayers(page, 'buddies', 'preallocated');
    await page.keyboard.press('v');
    const box = await page.locator('.canvas canvas').boundingBox();
    if (!box) throw new Error('no map');
    // From the table to the map: by keys alone, and the band draws what is chosen.
    await list(page, 'preallocated');
    await expect.poll(() => rows(page).count()).toBeGreaterThan(1);
    const plain = await inkIn(page, axis + 2 * band, band);
    await table(page).focus();
    await page.keyboard.press('ArrowDown');
    await mapIdle(page);
    expect(await chosen(page)).toContain('table');
    expect(await readoutOf(page)).toContain('kept for table from logical');
    expect(await inkIn(page, axis + 2 * band, band)).toBeGreaterThan(plain);
    // From the map to the table: what is under the pointer is told, and chosen by a click.
    const [x, y] = [box.x + box.width * 0.7, box.y + axis + band / 2];
    await page.mouse.move(x, y);
    await expect.poll(() => readoutOf(page)).toContain('group 1: 32 768..65 535');
    expect(await readoutOf(page)).toContain('free now in');
    await page.mouse.click(x, y);
    await expect.poll(() => chosen(page)).toMatch(/^1 32 768/);
    expect(await page.getByRole('combobox', { name: 'list' }).inputValue()).toBe('groups');
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(['dark', 'light'] as const)(
    'lists every band, with no finding of axe (%s)',
    async (colorScheme) => {
      const { page, complaints, close } = await open({ colorScheme });
      await start(page, 'bands', 'Predict', 'Predicted', server.url);
      await page.keyboard.press('v');
      for (const name of ['free before', 'free now', 'buddies', 'preallocated', 'groups']) {
        await list(page, name);
        await expect.poll(() => rows(page).count(), { timeout: 20_000 }).toBeGreaterThan(1);
        await table(page).focus();
        await page.keyboard.press('End');
        await mapIdle(page);
        expect(await chosen(page)).not.toBe('');
      }
      expect(await seriousFindings(page)).toEqual([]);
      if (colorScheme === 'dark') await takePicture(page, 'map-groups-dark');
      expect(complaints.filter((text) => !text.includes('[axe]'))).toEqual([]);
      await close();
    },
  );

  it('goes to a block, a byte or a group, and says why it cannot', async () => {
    const { page, close } = await open();
    await start(page, 'go', 'Predict', 'Predicted', server.url);
    const place = page.getByRole('textbox', { name: 'Block, byte or group' });
    const goTo = async (text: string) => {
      if (!(await place.isVisible())) await page.keyboard.press('/');
      await place.fill(text);
      await page.keyboard.press('Enter');
    };
    await mapIn(page).focus();
    await goTo('999999');
    await page.getByText('the volume has 65 536 blocks').waitFor();
    await goTo('37377');
    await place.waitFor({ state: 'hidden' });
    await mapIdle(page);
    expect(await readoutOf(page)).toContain('journal logical 0');
    await goTo('0x9201000');
    await place.waitFor({ state: 'hidden' });
    expect(await readoutOf(page)).toContain('journal logical 0');
    // A block in a folded gap: the axis is unfolded.
    await goTo('60000');
    await mapIdle(page);
    expect(await readoutOf(page)).toContain('block 60 000 · group 1 · no file of this plan has it');
    expect(await page.getByRole('checkbox', { name: 'fold gaps' }).isChecked()).toBe(false);
    await goTo('g0');
    await expect.poll(() => readoutOf(page)).toContain('group 0: 0..32 767');
    await close();
  });

  it('has room for everything in a small window, and says on the logical axis why there is no volume', async () => {
    const { page, close } = await open({ viewport: { width: 1280, height: 800 } });
    await start(page, 'small differs', 'Run and compare', 'Differs', server.url);
    await page.keyboard.press('v');
    await expect.poll(() => rows(page).count()).toBe(3);
    await page.getByRole('button', { name: 'table', exact: true }).click();
    const extents = page.getByRole('grid', { name: /^Extents/ });
    const hidden = (grid: ReturnType<typeof table>) =>
      grid.evaluate((one) => one.scrollWidth - one.clientWidth);
    expect([await hidden(table(page)), await hidden(extents)]).toEqual([0, 0]);
    expect(await page.locator('.map .bar').evaluate((bar) => bar.clientHeight)).toBeLessThan(45);
    // Addresses that are longer: where a range begins is enough, since its length is beside it.
    await page.keyboard.press('x');
    await page.keyboard.press('x');
    await expect.poll(() => textOf(extents.getByRole('row').nth(1))).toContain('0x9204000 0x9204000 8');
    expect(await hidden(extents)).toBe(0);
    await page.keyboard.press('l');
    await page.getByText('the map shows the logical axis').first().waitFor();
    await close();
  });

  it('copies a range of extents as filefrag writes them', async () => {
    const { page, close } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await start(page, 'differs', 'Run and compare', 'Differs', server.url);
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('button', { name: 'table', exact: true }).click();
    await page.getByRole('grid', { name: /^Extents of table/ }).focus();
    await page.keyboard.press('Shift+ArrowDown');
    expect(await page.getByRole('row', { selected: true }).count()).toBe(2);
    await page.keyboard.press('Control+c');
    await page.getByText('2 rows copied').waitFor();
    const some = await copied();
    expect(some).toContain('table, actual (blocks of 4096 bytes)');
    expect(some.match(/^ +\d+:/gm)).toEqual(['   0:', '   1:']);
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('3 rows copied').waitFor();
    expect((await copied()).match(/^table, (predicted|actual)/gm)).toEqual([
      'table, predicted',
      'table, actual',
    ]);
    await close();
  });

  it('zooms where two fingers spread, and moves with one', async () => {
    const { page, close } = await open({ hasTouch: true });
    await start(page, 'touch', 'Predict', 'Predicted', server.url);
    const box = await page.locator('.canvas canvas').boundingBox();
    if (!box) throw new Error('no map');
    const hands = await page.context().newCDPSession(page);
    const y = box.y + 60;
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: readonly number[]) =>
      hands.send('Input.dispatchTouchEvent', { type, touchPoints: xs.map((x, id) => ({ x, y, id })) });
    /** The blocks at a quarter and at three quarters of the width. */
    const seen = async () => {
      await mapIdle(page);
      const blocks: number[] = [];
      for (const share of [0.25, 0.75]) {
        await page.mouse.move(box.x + box.width * share, box.y + box.height - 3);
        await expect.poll(() => readoutOf(page)).toMatch(/block [\d ]+/);
        blocks.push(Number(/block ([\d ]+)/.exec(await readoutOf(page))?.[1]?.replaceAll(' ', '')));
      }
      return blocks as [number, number];
    };
    await page.keyboard.press('g');
    const [left, right] = await seen();
    const middle = box.x + box.width / 2;
    await touch('touchStart', middle - 50, middle + 50);
    for (const spread of [75, 100]) await touch('touchMove', middle - spread, middle + spread);
    await touch('touchEnd');
    const [from, to] = await seen();
    expect((to - from) / (right - left)).toBeCloseTo(0.5, 1);
    expect((from + to) / 2 / ((left + right) / 2)).toBeCloseTo(1, 1);
    await touch('touchStart', middle);
    for (const by of [20, 120]) await touch('touchMove', middle + by);
    await touch('touchEnd');
    const [moved, end] = await seen();
    expect(moved).toBeLessThan(from);
    expect(end - moved).toBeCloseTo(to - from, -2);
    await close();
  });
});
