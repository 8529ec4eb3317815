#!/usr/bin/env node
/**
 * Draws the icons of the desktop app in all sizes, after one of the drawings has changed: `node tools/icons.mjs`.
 * Small ones have a drawing of their own, since the lines of the large one vanish there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const icons = join(root, 'packaging', 'icons');
const small = readFileSync(join(root, 'packaging', 'small.svg'), 'utf8');
const large = readFileSync(join(root, 'renderer', 'public', 'icon.svg'), 'utf8');

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
for (const size of [16, 24, 32, 48, 64, 96, 128, 256, 512]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const drawing = (size <= 32 ? small : large).replace(
    '<svg ',
    `<svg width="${size}" height="${size}" style="display:block" `,
  );
  await page.setContent(`<body style="margin:0">${drawing}</body>`);
  await page.screenshot({ path: join(icons, `${size}x${size}.png`), omitBackground: true });
  await page.close();
}
await browser.close();
