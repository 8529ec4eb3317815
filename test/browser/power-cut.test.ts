import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { powerCutStandIn } from '../support/power-cut-laboratory.ts';
import { seriousFindings } from './axe.ts';
import { openPage, textOf } from './harness.ts';
import { takePicture } from './picture.ts';
import { standIn } from './stand-in.ts';
import { describeInBrowser } from './stage.ts';
import { tornStandIn } from './torn-stand-in.ts';

const verdictOf = (page: Page) => page.getByRole('region', { name: 'Verdict' });

/** The qualification of a drive, from armed to kept, over a laboratory that answers at once. */
describeInBrowser(
  'power cuts',
  standIn,
  (stage) => {
    async function openCuts(mode: string, options = {}) {
      const opened = await openPage(stage.browser, stage.server.url, {
        colorScheme: 'light',
        viewport: { width: 1280, height: 800 },
        ...options,
      });
      const { page } = opened;
      await page.getByRole('button', { name: 'Torn' }).click();
      await page.getByRole('tab', { name: 'Power cut' }).click();
      if (mode !== 'Arm') await page.getByText(mode, { exact: true }).first().click();
      return opened;
    }

    it('arm a drive that is chosen and named, and show what the witness has', async () => {
      const { page, complaints, close } = await openCuts('Arm');
      const start = page.getByRole('button', { name: 'Arm', exact: true });
      expect(await start.isDisabled()).toBe(true);
      await page.getByText('not all is named yet').waitFor();
      await page.getByLabel('Target').fill('/tmp/units');
      await page.getByLabel('of size').fill('1MiB');
      await page.getByLabel('Witness', { exact: true }).fill('nowhere');
      await page.getByText('must be HOST:PORT of the witness').waitFor();
      await page.getByLabel('Witness', { exact: true }).fill('second:7770');
      await page.getByLabel('Key file').fill('/root/key');
      await start.click();
      const witness = page.getByRole('region', { name: 'The witness' });
      await witness.getByText('Cut the power now').waitFor();
      expect(await textOf(witness)).toContain('238 entries on the witness’s disk, run 1122334455667788');
      await takePicture(page, 'torn-armed-light');
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await verdictOf(page).getByText('Disarmed.', { exact: true }).waitFor();
      expect(complaints).toEqual([]);
      await close();
    });

    it('say that the witness is away, and that one must wait', async () => {
      const { page, close } = await openCuts('Arm');
      await page.getByLabel('Target').fill('/tmp/lost');
      await page.getByLabel('Witness', { exact: true }).fill('second:7770');
      await page.getByLabel('Key file').fill('/root/key');
      await page.getByRole('button', { name: 'Arm', exact: true }).click();
      await page.getByRole('alert').getByText('cut no power before').waitFor();
      await page.keyboard.press('Escape');
      await verdictOf(page).getByText('Disarmed.', { exact: true }).waitFor();
      await page.getByLabel('Witness', { exact: true }).fill('away:1');
      await page.keyboard.press('Control+Enter');
      await verdictOf(page).getByText('is not there').waitFor();
      expect(await page.getByText('the witness at away:1 is not there').count()).toBe(2);
      await close();
    });

    it('list after the restart what was armed, verify it in one click, and keep what was found', async () => {
      const { page, complaints, close } = await openCuts('Arm', { colorScheme: 'dark' });
      await page.getByText('Armed before the power went').waitFor();
      await page.getByText('/dev/nvme1n1 (Fine Drive 960G, S1234)').waitFor();
      await takePicture(page, 'torn-after-the-cut-dark');
      expect(await seriousFindings(page)).toEqual([]);
      await page
        .getByRole('region', { name: 'What came of it' })
        .getByRole('button', { name: 'Verify' })
        .click();
      await verdictOf(page).getByText('Faults', { exact: true }).waitFor();
      expect(await textOf(verdictOf(page))).toContain('lies about its flushes');
      const units = page.getByRole('slider', { name: 'Units of the target' });
      await units.focus();
      await page.keyboard.press('n');
      expect(await units.getAttribute('aria-valuetext')).toContain('stale');
      expect(await page.getByText('Armed before the power went').count()).toBe(0);
      await takePicture(page, 'torn-power-cut-dark', ['.kept']);
      expect(await seriousFindings(page)).toEqual([]);

      await page.reload();
      await verdictOf(page).getByText('Faults', { exact: true }).waitFor();
      await page.getByRole('button', { name: /^\d{8}T/ }).click();
      const detail = page.getByRole('region', { name: 'The run' });
      await detail.getByText('Power cut: /dev/nvme1n1 (Fine Drive 960G, S1234)').waitFor();
      await detail.getByRole('slider', { name: 'Units of the target' }).waitFor();
      const download = page.waitForEvent('download');
      await detail.getByRole('button', { name: 'Page' }).click();
      const saved = await readFile(await (await download).path(), 'utf8');
      expect(saved).toContain('<rect class="v-stale"');
      await detail.getByRole('button', { name: 'Open in the torn view' }).click();
      await verdictOf(page).getByText('Faults', { exact: true }).waitFor();
      expect(page.url()).toContain('#/torn/power-cut');
      expect(complaints).toEqual([]);
      await close();
    });

    it('are verified by a witness’s file and by a record, and a void one says so', async () => {
      const { page, close } = await openCuts('Verify');
      await page.getByLabel('What was promised').selectOption('witness-file');
      await page.getByLabel('Its file').fill('/tmp/void.jsonl');
      await page.getByRole('button', { name: 'Verify', exact: true }).click();
      await verdictOf(page).getByText('Void', { exact: true }).waitFor();
      expect(await page.getByRole('slider').count()).toBe(0);
      await page.getByLabel('What was promised').selectOption('record');
      await page.getByLabel('Its folder').fill('/tmp/record');
      await page.keyboard.press('Control+Enter');
      await verdictOf(page).getByText('Untorn', { exact: true }).waitFor();
      expect(await textOf(verdictOf(page))).toContain('16 units, after a new start of the machine');
      await close();
    });

    it('are rehearsed, compared in the history side by side, and searched', async () => {
      const { page, complaints, close } = await openCuts('Rehearse');
      for (const lies of [false, true]) {
        if (lies) await page.getByText('the drive lies about flushes').click();
        await page.getByRole('button', { name: 'Rehearse', exact: true }).click();
        await verdictOf(page)
          .getByText(lies ? 'Faults' : 'Untorn', { exact: true })
          .waitFor();
      }
      const cuts = page.getByRole('region', { name: 'Power cuts' });
      expect(await cuts.getByRole('row').count()).toBe(3);
      await takePicture(page, 'torn-rehearsal-light', ['.kept']);
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: /^\d{8}T/ }).click();
      await page.getByLabel('Search the runs').fill('rehearsal faults');
      const options = page.getByRole('listbox', { name: 'Runs, newest first' }).getByRole('option');
      await options.filter({ hasText: 'untorn' }).first().waitFor({ state: 'detached' });
      expect(await options.count()).toBe(1);
      await page.getByLabel('Search the runs').fill('rehearsal');
      await options.nth(1).waitFor();
      const detail = page.getByRole('region', { name: 'The run' });
      await detail.getByLabel('Compare with').selectOption({ index: 1 });
      const table = detail.getByRole('region', { name: 'Both runs, figure by figure' });
      expect(await textOf(table.getByRole('row', { name: /^drive lies/ }))).toBe('drive lies yes ≠ no');
      const moments = ['.when', 'dd.mono', '.detail > h2:first-child', '.run', '#other'];
      await takePicture(page, 'runs-beside-light', moments);
      expect(await seriousFindings(page)).toEqual([]);
      const address = page.url();
      await page.reload();
      await table.getByRole('row', { name: /^drive lies/ }).waitFor();
      expect(page.url()).toBe(address);
      expect(complaints).toEqual([]);
      await close();
    });
  },
  { ...tornStandIn, powerCuts: powerCutStandIn() },
);

describeInBrowser(
  'an armed run that is of no interest any more',
  standIn,
  (stage) => {
    it('is forgotten', async () => {
      const { page, close } = await openPage(stage.browser, `${stage.server.url}`);
      await page.getByRole('button', { name: 'Torn' }).click();
      await page.getByRole('tab', { name: 'Power cut' }).click();
      await page.getByRole('button', { name: 'Forget' }).click();
      await page.getByText('Armed before the power went').waitFor({ state: 'detached' });
      await page.reload();
      await page.getByText('A key for both machines').waitFor();
      expect(await page.getByText('Armed before the power went').count()).toBe(0);
      await close();
    });
  },
  { ...tornStandIn, powerCuts: powerCutStandIn() },
);
