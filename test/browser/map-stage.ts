import type { Locator, Page } from 'playwright-core';
import { mapIdle, textOf } from './harness.ts';

/** What the tests of the extent map have in common: a plan, the way to its result, and the parts of the page. */

/** Files that grow by turns, one with room allocated ahead, one that comes and goes, one whose data is delayed. */
export function planOf(name: string): string {
  const seed = '01234567-89ab-cdef-0123-456789abcdef';
  const args = ['-b', '4096', '-E', `hash_seed=${seed}`, '-U', seed];
  const target = { kind: 'loop', size: '256MiB', mkfs: { fs: 'ext4', args } };
  const steps = [
    { op: 'create', file: 'journal' },
    { op: 'write', file: 'journal', offset: 0, length: '16KiB', sync: 'dsync' },
    { op: 'create', file: 'table' },
    { op: 'fallocate', file: 'table', offset: 0, length: '64KiB', mode: ['keep-size'] },
    { op: 'create', file: 'scratch' },
    { op: 'write', file: 'scratch', offset: 0, length: '20KiB' },
    { op: 'write', file: 'journal', offset: '16KiB', length: '12KiB', sync: 'dsync' },
    { op: 'create', file: 'log', direct: false },
    { op: 'write', file: 'log', offset: 0, length: '24KiB', direct: false },
    { op: 'unlink', file: 'scratch' },
    { op: 'sync' },
    { op: 'write', file: 'table', offset: 0, length: '32KiB' },
    { op: 'write', file: 'table', offset: '128KiB', length: '128KiB' },
  ];
  return JSON.stringify({ version: 1, name, target, steps }, null, 2);
}

export const verdictIn = (page: Page): Locator => page.getByRole('region', { name: 'Verdict' });
export const mapIn = (page: Page): Locator => page.getByRole('application', { name: /^Extent map/ });
export const readoutOf = (page: Page): Promise<string> => textOf(page.getByTestId('readout'));
export const momentOf = (page: Page): Promise<string> =>
  textOf(page.getByRole('status').filter({ hasText: /step|end|before/ }));
export const extentRows = (page: Page): Locator =>
  page.getByRole('grid', { name: /^Extents/ }).getByRole('row');

/** As after a reload: the plan that was being written is on the bench again. The address names no other. */
export async function start(
  page: Page,
  name: string,
  button: 'Predict' | 'Run and compare',
  word: string,
  url: string,
): Promise<void> {
  await page.addInitScript((text) => {
    if (location.protocol === 'http:') sessionStorage.setItem('untorn.plan', text);
  }, planOf(name));
  await page.goto('about:blank');
  await page.goto(url);
  await page.getByRole('button', { name: button }).click();
  await verdictIn(page).getByText(word, { exact: true }).waitFor({ timeout: 90_000 });
  await mapIdle(page);
}

export async function showLayers(page: Page, ...names: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: /^Layers/ }).click();
  for (const name of names) await page.getByRole('checkbox', { name, exact: true }).check();
  await page.keyboard.press('Escape');
  await mapIdle(page);
}

/** How many pixels of a part of the map differ from the colour in its corner. */
export const inkIn = (page: Page, top: number, height: number): Promise<number> =>
  page.locator('.canvas canvas').evaluate(
    (canvas, [from, rows]) => {
      if (!(canvas instanceof HTMLCanvasElement)) return 0;
      const ratio = canvas.width / canvas.clientWidth;
      // A copy: who reads often from the canvas itself makes the browser draw it another way.
      const copy = new OffscreenCanvas(canvas.width, Math.round(rows * ratio));
      const context = copy.getContext('2d', { willReadFrequently: true });
      context?.drawImage(canvas, 0, -Math.round(from * ratio));
      const data = context?.getImageData(0, 0, copy.width, copy.height).data;
      const pixels = new Uint32Array(data?.buffer ?? new ArrayBuffer(0));
      return pixels.reduce((sum, pixel) => sum + (pixel === pixels[0] ? 0 : 1), 0);
    },
    [top, height] as const,
  );
