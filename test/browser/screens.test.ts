import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPage } from './harness.ts';
import { mirrorLab } from './mirror-lab.ts';
import { packPng } from './png.ts';
import { describeInBrowser } from './stage.ts';
import { walkViews } from './walk.ts';

/** A folder for the pictures. Kept are light ones at the smaller size and dark ones at the larger; `ALL=1` takes all four. */
const folder = process.env['UNTORN_SCREENS'] ?? '';
const takesAll = process.env['UNTORN_SCREENS_ALL'] === '1';

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;
const looks = (['light', 'dark'] as const).flatMap((colorScheme, theme) =>
  sizes.flatMap((viewport, size) => (takesAll || theme === size ? [{ colorScheme, viewport }] : [])),
);

/** Every view as it looks to somebody who works with it. */
describe.skipIf(folder === '')(
  `pictures${folder === '' ? ' (skipped: npm run screens asks for them)' : ''}`,
  () => {
    describeInBrowser('of every view', mirrorLab, (stage) => {
      it.each(looks)('$colorScheme, $viewport.width pixels wide', async ({ colorScheme, viewport }) => {
        await mkdir(folder, { recursive: true });
        const options = { colorScheme, viewport };
        const { page, complaints, close } = await openPage(stage.browser, stage.server.url, options);
        await walkViews(page, async (name) => {
          await page.evaluate(() => document.fonts.ready.then(() => undefined));
          const png = await page.screenshot({ caret: 'hide', animations: 'disabled' });
          await writeFile(join(folder, `${name}-${colorScheme}-${viewport.width}.png`), packPng(png));
        });
        expect(complaints).toEqual([]);
        await close();
      });
    });
  },
);
