import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { Unable } from '../../main/failure.ts';
import type { Laboratory } from '../../main/service/index.ts';
import { seriousFindings } from './axe.ts';
import { mapIdle, openPage, planNamed, serveOver, writePlan } from './harness.ts';
import { describeInBrowser } from './stage.ts';
import { samplePassport } from './sample-passport.ts';
import { standIn, standInWithoutPrivilege } from './stand-in.ts';

/** The states of the views beside those in which one works: waiting, refused, failed, empty, crowded. */

const long = 'a-table-of-the-database-with-a-name-that-does-not-end-'.repeat(3);

/** Drives that cannot be listed, and a path that takes longer to be asked about than anybody waits here. */
const failing: Laboratory = {
  ...standIn,
  devices: () => {
    throw new Unable('/sys cannot be read (EACCES)', '/sys');
  },
  probe: (path) => new Promise((_resolve, reject) => setTimeout(() => reject(new Unable(path)), 8000)),
};

const verdict = (page: Page) => page.getByRole('region', { name: 'Verdict' });

/** As after a reload: the plan that was being written is on the bench again. */
async function put(page: Page, text: string): Promise<void> {
  await page.getByRole('option', { name: '12' }).first().waitFor();
  await page.evaluate((plan) => sessionStorage.setItem('untorn.plan', plan), text);
  await page.goto(page.url().split('#')[0] ?? '');
  await page.getByRole('complementary', { name: 'Plan' }).getByText('4 steps').waitFor();
}

async function end(page: Page, name: string, word: string): Promise<void> {
  await put(page, planNamed(name).replaceAll('journal', name.includes('long') ? long : 'journal'));
  await page.keyboard.press('Control+Shift+Enter');
  await verdict(page).getByText(word).first().waitFor();
}

const views: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  predicted: async (page) => {
    await page.getByText('a loop device of').first().waitFor();
    await page.keyboard.press('Control+Enter');
    await verdict(page).getByText('Predicted').waitFor();
  },
  'with long names': (page) => end(page, 'match, long', 'Match'),
  disturbed: (page) => end(page, 'disturbed', 'Disturbed'),
  uncertain: (page) => end(page, 'uncertain', 'Match in part'),
  unable: (page) => end(page, 'unable', 'No run'),
  'under way': (page) => end(page, 'endless', 'Running on the kernel'),
  cancelled: async (page) => {
    await end(page, 'endless', 'Running on the kernel');
    await page.keyboard.press('Escape');
    await verdict(page).getByText('Cancelled').waitFor();
  },
  'without JSON': async (page) => {
    await writePlan(page, '{ "version": 1, ');
    await page.getByText('One error').waitFor();
  },
  'with a device': async (page) => {
    await page.getByText('a loop device of').first().waitFor();
    await page.getByRole('tab', { name: 'Target' }).click();
    await page.getByRole('radio', { name: 'Device' }).check();
    await page.getByText('must not be empty').first().waitFor();
  },
  'this machine': async (page) => {
    await page.getByRole('button', { name: 'works as root' }).click();
    await page.getByRole('dialog', { name: 'This machine' }).waitFor();
  },
  'about Untorn': async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).fill('about');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Untorn' }).getByText('Node-API').waitFor();
  },
  'no runs': async (page) => {
    await page.keyboard.press('3');
    await page.getByRole('textbox', { name: 'Search the runs' }).fill('nothing has this word');
    await page.getByText('No run has all of these words.').waitFor();
  },
};

/** Text that is cut, and of which nothing tells the rest. */
function cut(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, label, h2, h3, th, td, dd, p, span')]
      .filter((one) => one.checkVisibility() && one.closest('.unseen, [title]') === null)
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
      .filter((one) => /hidden|clip/.test(getComputedStyle(one).overflowX))
      // What is there for screen readers alone.
      .filter((one) => getComputedStyle(one).clipPath === 'none')
      .map((one) => `${one.tagName} ${one.innerText}`),
  );
}

describeInBrowser('every state', standIn, (stage) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious finding of axe, and tells the rest of what is cut (${colorScheme})`, async () => {
      const viewport = { width: 1280, height: 800 };
      const found: string[] = [];
      for (const [name, go] of Object.entries(views)) {
        const options = { colorScheme, viewport };
        const { page, close } = await openPage(stage.browser, stage.server.url, options);
        await go(page);
        for (const finding of await seriousFindings(page)) found.push(`${name}: ${finding}`);
        for (const text of await cut(page)) found.push(`${name} cuts: ${text}`);
        await close();
      }
      expect(found).toEqual([]);
    });

    it(`has none either where things are refused or take long (${colorScheme})`, async () => {
      const refused = await serveOver(standInWithoutPrivilege);
      const { page, close } = await openPage(stage.browser, refused.url, { colorScheme });
      await page.getByText('No run here.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'cannot run plans' }).click();
      expect(await seriousFindings(page)).toEqual([]);
      await close();
      await refused.close();
      const slow = await serveOver(failing);
      const waiting = await openPage(stage.browser, slow.url, { colorScheme });
      await waiting.page.keyboard.press('2');
      await waiting.page.getByRole('alert').getByText('/sys cannot be read').waitFor();
      await waiting.page.getByRole('textbox').fill('/slow');
      await waiting.page.keyboard.press('Enter');
      await waiting.page.getByText('Asking every layer').waitFor();
      expect(await seriousFindings(waiting.page)).toEqual([]);
      await waiting.close();
      await slow.close();
    });
  }

  it('keeps what it draws and what is chosen where the system forces its own colours', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url, { forcedColors: 'active' });
    await end(page, 'differs', 'Differs');
    await mapIdle(page);
    const colours = await page.locator('.canvas canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      const seen = new Set<number>();
      for (let at = 0; at < data.length; at += 4)
        seen.add((data[at] ?? 0) * 65536 + (data[at + 1] ?? 0) * 256 + (data[at + 2] ?? 0));
      return seen.size;
    });
    expect(colours).toBeGreaterThan(10);
    const line = (name: string) =>
      page
        .getByRole('navigation')
        .getByRole('button', { name })
        .evaluate((one) => getComputedStyle(one).borderBottomColor);
    expect(await line('Lab')).not.toBe(await line('Runs'));
    await close();
  });

  it('needs no scrolling sideways at twice the size', async () => {
    const viewport = { width: 640, height: 400 };
    const { page, close } = await openPage(stage.browser, stage.server.url, {
      viewport,
      deviceScaleFactor: 2,
    });
    const tooWide = () =>
      page.evaluate(() => (document.scrollingElement?.scrollWidth ?? Infinity) - innerWidth);
    await end(page, 'differs', 'Differs');
    expect(await tooWide()).toBe(0);
    await page.getByRole('grid').getByRole('row').filter({ hasText: 'misaligned' }).click();
    await page.getByTestId('readout').getByText('journal logical').waitFor();
    await page.getByRole('button', { name: 'Passport' }).click();
    await page.getByRole('textbox').fill(samplePassport.path);
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'What each layer lets through' }).waitFor();
    expect(await tooWide()).toBe(0);
    await close();
  });

  it('can be walked by Tab alone: everything is reached, and is seen to have the focus', async () => {
    const { page, close } = await openPage(stage.browser, stage.server.url);
    await end(page, 'differs', 'Differs');
    expect(await walk(page)).toEqual({ missed: [], unseen: [] });
    await page.getByRole('tab', { name: 'Target' }).click();
    expect(await walk(page)).toEqual({ missed: [], unseen: [] });
    await page.getByRole('button', { name: 'Passport' }).click();
    await page.getByRole('textbox').fill(samplePassport.path);
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'What each layer lets through' }).waitFor();
    expect(await walk(page)).toEqual({ missed: [], unseen: [] });
    await page.getByRole('button', { name: 'Runs' }).click();
    await page.getByRole('listbox').getByRole('option').first().click();
    await page.getByRole('region', { name: 'The run' }).waitFor();
    expect(await walk(page)).toEqual({ missed: [], unseen: [] });
    await page.getByRole('button', { name: 'Torn' }).click();
    await page.getByLabel('Preset').waitFor();
    expect(await walk(page)).toEqual({ missed: [], unseen: [] });
    await close();
  });
});

/** Presses Tab once around the page: what of its controls was never reached, and what had the focus without a sign of it. */
async function walk(page: Page): Promise<{ missed: string[]; unseen: string[] }> {
  const stops = await page.evaluate(() => {
    const focusable = 'a[href], button, input, select, textarea, summary, [tabindex]';
    const all = [...document.querySelectorAll<HTMLElement>(focusable)].filter(
      (one) =>
        one.tabIndex >= 0 && one.checkVisibility() && !one.matches(':disabled, [type="radio"]:not(:checked)'),
    );
    for (const one of all) one.dataset['stop'] = 'missed';
    (document.activeElement as HTMLElement | null)?.blur();
    return all.length;
  });
  for (let pressed = 0; pressed <= stops + 4; pressed++) {
    await page.keyboard.press('Tab');
    await page.evaluate(() => {
      const one = document.activeElement;
      if (!(one instanceof HTMLElement) || one === document.body) return;
      const inner = one.shadowRoot?.activeElement ?? one;
      // Some draw the frame around what they are in.
      const around = inner.parentElement ?? inner;
      const frames = [getComputedStyle(inner), getComputedStyle(around), getComputedStyle(around, '::after')];
      const isSeen =
        inner.matches('.cm-content') ||
        frames.some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px');
      one.dataset['stop'] = isSeen ? 'seen' : 'unseen';
    });
  }
  const named = (state: string) =>
    page
      .locator(`[data-stop="${state}"]`)
      .evaluateAll((all) =>
        all.map((one) => `${one.tagName} ${one.getAttribute('aria-label') ?? one.textContent.trim()}`),
      );
  return { missed: await named('missed'), unseen: await named('unseen') };
}
