import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from './axe.ts';
import { openPage } from './harness.ts';
import { mirrorLab } from './mirror-lab.ts';
import { describeInBrowser } from './stage.ts';
import { walkViews } from './walk.ts';

/** What axe and a ruler find in every view. */
describeInBrowser('every view', mirrorLab, (stage) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious finding of axe and fits into a small window (${colorScheme})`, async () => {
      const viewport = { width: 1280, height: 800 };
      const { page, complaints, close } = await openPage(stage.browser, stage.server.url, {
        colorScheme,
        viewport,
      });
      const found: string[] = [];
      await walkViews(page, async (name) => {
        for (const finding of await seriousFindings(page)) found.push(`${name}: ${finding}`);
        for (const sticking of await outside(page)) found.push(`${name} sticks out: ${sticking}`);
      });
      expect(found).toEqual([]);
      expect(complaints.filter((text) => !text.includes('[axe]'))).toEqual([]);
      await close();
    });
  }
});

/** Controls that reach past the window, or past the box that cuts them off. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const cuts = (box: Element) => /hidden|clip/.test(getComputedStyle(box).overflowX);
    return [...document.querySelectorAll<HTMLElement>('button, select, input, label, h2')]
      .filter((one) => one.checkVisibility() && !one.classList.contains('unseen'))
      .filter((one) => {
        const { right, left } = one.getBoundingClientRect();
        let edge = innerWidth;
        for (let box = one.parentElement; box; box = box.parentElement) {
          if (/auto|scroll/.test(getComputedStyle(box).overflowX)) return false;
          if (cuts(box)) edge = Math.min(edge, box.getBoundingClientRect().right);
        }
        return right > edge + 1 || left < -1;
      })
      .map((one) => `${one.tagName} ${one.innerText || one.getAttribute('aria-label') || one.id}`);
  });
}
