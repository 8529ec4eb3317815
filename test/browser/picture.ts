import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { projectPath } from '../../main/project.ts';

/** Chromium's rasteriser is not the same to the last pixel from one start to the next. */
const noisePixelsMax = 40;

/**
 * Takes the picture `name` for the documentation. One that is there stays as it is where only noise differs, so that
 * running the tests does not change the tree. What is another text every time (`hidden`, as selectors) is left out.
 */
export async function takePicture(page: Page, name: string, hidden: readonly string[] = []): Promise<void> {
  const folder = projectPath('docs', 'screenshots');
  const path = join(folder, `${name}.png`);
  await setVisibility(page, hidden, 'hidden');
  const picture = await page.screenshot({ caret: 'hide', animations: 'disabled' });
  await setVisibility(page, hidden, '');
  if (existsSync(path)) {
    const kept = await readFile(path);
    if (kept.equals(picture) || (await differingPixels(page, kept, picture)) <= noisePixelsMax) return;
  }
  await mkdir(folder, { recursive: true });
  await writeFile(path, picture);
}

/** Through the object model: the page's policy lets nobody add a style sheet. */
async function setVisibility(page: Page, selectors: readonly string[], visibility: string): Promise<void> {
  for (const selector of selectors) {
    await page.locator(selector).evaluateAll((elements, value) => {
      for (const element of elements) if (element instanceof HTMLElement) element.style.visibility = value;
    }, visibility);
  }
}

/** Lets a page of its own decode and compare both; all pixels where the sizes differ. */
async function differingPixels(beside: Page, left: Buffer, right: Buffer): Promise<number> {
  const page = await beside.context().newPage();
  const pictures = [left, right].map((png) => png.toString('base64'));
  const count = await page.evaluate(async (sources) => {
    const [one, other] = await Promise.all(
      sources.map(async (base64) => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
        context?.drawImage(bitmap, 0, 0);
        return context?.getImageData(0, 0, bitmap.width, bitmap.height);
      }),
    );
    if (!one || !other || one.width !== other.width || one.height !== other.height) return Infinity;
    const [a, b] = [new Uint32Array(one.data.buffer), new Uint32Array(other.data.buffer)];
    return a.reduce((sum, pixel, index) => sum + (pixel === b[index] ? 0 : 1), 0);
  }, pictures);
  await page.close();
  return count;
}
