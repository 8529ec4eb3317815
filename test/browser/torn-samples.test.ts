import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { seriousFindings } from './axe.ts';
import { openPage, textOf } from './harness.ts';
import { takePicture } from './picture.ts';
import { standIn } from './stand-in.ts';
import { describeInBrowser } from './stage.ts';
import { tornStandIn, tornStandInWithoutPrivilege } from './torn-stand-in.ts';

/** What a healthy machine does not show. */
describeInBrowser(
  'torn runs that end badly',
  standIn,
  (stage) => {
    async function storm(page: Page, path: string): Promise<void> {
      await page.getByRole('button', { name: 'Torn' }).click();
      await page.getByLabel('Target').fill(path);
      await page.getByRole('button', { name: 'Let it blow' }).click();
    }

    it.each(['light', 'dark'] as const)(
      'say loudly that they are void, in the %s theme',
      async (colorScheme) => {
        const { page, complaints, close } = await openPage(stage.browser, stage.server.url, { colorScheme });
        await storm(page, '/tmp/void');
        const verdict = page.getByRole('region', { name: 'Verdict' });
        await verdict.getByText('Void', { exact: true }).waitFor();
        expect(await textOf(verdict)).toContain('Only 47 of 48 seeded faults were found');
        await page.getByText('7 of 8 found').waitFor();
        await page.getByText('missed: flipped-bit in slot 12').waitFor();
        await takePicture(page, `torn-void-${colorScheme}`, ['.kept']);
        expect(await seriousFindings(page)).toEqual([]);
        expect(complaints).toEqual([]);
        await close();
      },
    );

    it.each(['light', 'dark'] as const)(
      'show which units are wrong, in the %s theme',
      async (colorScheme) => {
        const { page, close } = await openPage(stage.browser, stage.server.url, {
          colorScheme,
          viewport: { width: 1280, height: 800 },
        });
        await storm(page, '/tmp/faults');
        await page.getByRole('region', { name: 'Verdict' }).getByText('Faults', { exact: true }).waitFor();
        const units = page.getByRole('slider', { name: 'Units of the target' });
        await units.focus();
        await page.keyboard.press('n');
        expect(await units.getAttribute('aria-valuetext')).toContain('torn: parts of one write');
        const option = page.getByRole('listbox', { name: 'Units that are wrong' }).getByRole('option');
        expect(await textOf(option.first())).toContain('torn 16 KiB at 81 920');
        await page.getByText('generation 4 of writer 2', { exact: true }).waitFor();
        await takePicture(page, `torn-faults-${colorScheme}`, ['.kept']);
        expect(await seriousFindings(page)).toEqual([]);
        await close();
      },
    );

    it('say why a storm could not begin, at its field', async () => {
      const { page, close } = await openPage(stage.browser, stage.server.url);
      await storm(page, '/tmp/unable');
      const verdict = page.getByRole('region', { name: 'Verdict' });
      await verdict.getByText('there is no room for 64 MiB').waitFor();
      expect(await page.getByText('there is no room for 64 MiB').count()).toBe(2);
      // Another tab tells nothing of it, and neither does this one afterwards.
      await page.getByRole('tab', { name: 'Power cut' }).click();
      await verdict.getByText('No torn run yet.').waitFor();
      expect(await page.getByText('there is no room for 64 MiB').count()).toBe(0);
      await close();
    });
  },
  tornStandIn,
);

describeInBrowser(
  'the torn view where the user may not mount anything',
  standIn,
  (stage) => {
    it('offers storms alone', async () => {
      const { page, close } = await openPage(stage.browser, stage.server.url);
      await page.getByRole('button', { name: 'Torn' }).click();
      for (const kind of ['Shutdown', 'Crash states']) {
        await page.getByRole('tab', { name: kind }).click();
        await page.getByText('it mounts filesystems of its own').waitFor();
        expect(
          await page.getByRole('button', { name: /Begin the rounds|Record and check/ }).isDisabled(),
        ).toBe(true);
      }
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('tab', { name: 'Storm' }).click();
      expect(await page.getByRole('button', { name: 'Let it blow' }).isDisabled()).toBe(false);
      await close();
    });
  },
  tornStandInWithoutPrivilege,
);
