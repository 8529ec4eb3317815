import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectPath } from '../../main/project.ts';
import { privilege } from '../../main/run/index.ts';
import { findProgram } from '../../main/torn/crash/index.ts';
import { startWitness } from '../../main/torn/index.ts';
import { umlOrReason } from '../support/sandbox.ts';
import { seriousFindings } from './axe.ts';
import { openPage, textOf, type Watched } from './harness.ts';
import { takePicture } from './picture.ts';
import { standIn } from './stand-in.ts';
import { describeInBrowser, type Stage } from './stage.ts';

function whyNoLaboratory(): string | null {
  const { possible, why } = privilege();
  if (!possible) return why;
  if (process.geteuid?.() !== 0) return 'loop devices and mounts take root here';
  try {
    findProgram();
    return null;
  } catch (error) {
    return String(error);
  }
}

const whyNot = whyNoLaboratory();
const whyNoSandbox = umlOrReason().reason;

/** The torn laboratory in the real interface, over the real service with its own loop devices. */
describe.skipIf(whyNot)(`on this machine${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  describeInBrowser('the torn view', standIn, tornView);
});

function tornView(stage: Stage): void {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
    process.env['XDG_STATE_HOME'] = folder;
  });
  afterAll(async () => {
    delete process.env['XDG_STATE_HOME'];
    await rm(folder, { recursive: true });
  });

  const verdictOf = (page: Page) => page.getByRole('region', { name: 'Verdict' });

  async function openTorn(kind = '', options = {}): Promise<Watched> {
    const opened = await openPage(stage.browser, stage.server.url, { colorScheme: 'light', ...options });
    await opened.page.getByRole('button', { name: 'Torn' }).click();
    await opened.page.getByLabel('Preset').waitFor();
    if (kind !== '') await opened.page.getByRole('tab', { name: kind }).click();
    return opened;
  }

  async function storm(page: Page, name: string, fields: Readonly<Record<string, string>>): Promise<void> {
    await page.getByLabel('Target').fill(join(folder, name));
    await page.getByLabel('of size').fill('4MiB');
    for (const [label, value] of Object.entries(fields))
      await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole('button', { name: 'Let it blow' }).click();
  }

  it('blows a storm, judges every unit, and keeps it in the history', async () => {
    const { page, complaints, close } = await openTorn();
    await storm(page, 'one', { Seconds: '2' });
    await page.getByText('8 of 8 found').first().waitFor();
    await page.getByText('writes a second', { exact: true }).waitFor();
    await verdictOf(page).getByText('Untorn', { exact: true }).waitFor();
    expect(await page.getByText('8 of 8 found').count()).toBe(6);
    expect(await textOf(verdictOf(page))).toContain('256 units, each one that may be there');
    const units = page.getByRole('slider', { name: 'Units of the target' });
    expect(await units.getAttribute('aria-valuetext')).toContain('unit 0, from byte 0: new');
    await units.focus();
    await page.keyboard.press('ArrowRight');
    expect(await units.getAttribute('aria-valuetext')).toMatch(/^unit 1, from byte 16\s384: new/);
    await page.keyboard.press('End');
    expect(await units.getAttribute('aria-valuetext')).toContain('unit 255,');
    await keepPicture(page, 'torn-storm-light');
    await page.getByRole('button', { name: 'As a table' }).click();
    const rows = page.getByRole('region', { name: 'The course as a table' }).getByRole('row');
    expect(await rows.count()).toBeGreaterThan(3);
    expect(await seriousFindings(page)).toEqual([]);

    await page.reload();
    await verdictOf(page).getByText('Untorn', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^\d{8}T/ }).click();
    const detail = page.getByRole('region', { name: 'The run' });
    await detail.getByText('Storm on').waitFor();
    const download = page.waitForEvent('download');
    await detail.getByRole('button', { name: 'Page' }).click();
    const saved = await readFile(await (await download).path(), 'utf8');
    expect(saved).toContain('<rect class="v-new"');
    expect(saved).toContain('class="course p99"');
    expect(saved).not.toMatch(/<script|https?:/);
    await detail.getByRole('button', { name: 'Open in the torn view' }).click();
    await verdictOf(page).getByText('Untorn', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('judges mixed lengths that writers share', async () => {
    const { page, close } = await openTorn('', { colorScheme: 'dark' });
    await page.getByLabel('Preset').selectOption('shared');
    await page.getByText('O_DIRECT').click();
    await storm(page, 'shared', { Units: '4KiB,64KiB', Seconds: '2', 'of size': '256KiB' });
    await verdictOf(page)
      .getByText(/^(Untorn|Faults)$/)
      .waitFor();
    await keepPicture(page, 'torn-shared-dark');
    expect(await seriousFindings(page)).toEqual([]);
    await close();
  });

  it('stops a storm by key, and judges what was written', async () => {
    const { page, close } = await openTorn();
    await storm(page, 'stopped', { Seconds: '600' });
    await page.getByText('acknowledged').first().waitFor();
    await page.keyboard.press('Escape');
    await verdictOf(page).getByText('Untorn', { exact: true }).waitFor();
    await close();
  });

  it('says what is wrong at the field, before anything is sent and after', async () => {
    const { page, close } = await openTorn();
    await page.getByLabel('Units', { exact: true }).fill('3KiB');
    await page.getByText('must be a power of two').waitFor();
    expect(await page.getByRole('button', { name: 'Let it blow' }).isDisabled()).toBe(true);
    await page.getByLabel('Units', { exact: true }).fill('16KiB');
    await writeFile(join(folder, 'precious'), 'something');
    await storm(page, 'precious', {});
    await page.getByText('is not empty').first().waitFor();
    await page.getByLabel('Target').fill('/dev/loop0');
    await page.keyboard.press('Control+Enter');
    await verdictOf(page)
      .getByText(/Refused|No run/)
      .waitFor();
    await close();
  });

  it('shuts filesystems down, round by round', async () => {
    const { page, complaints, close } = await openTorn('Shutdown');
    await page.getByLabel('Rounds', { exact: true }).fill('3');
    await page.getByRole('button', { name: 'Begin the rounds' }).click();
    await verdictOf(page).getByText('Untorn', { exact: true }).waitFor({ timeout: 120_000 });
    const rows = page.getByRole('region', { name: 'Rounds' }).getByRole('row');
    expect(await rows.count()).toBe(4);
    await keepPicture(page, 'torn-shutdown-light');
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('explores crash states by keyboard alone, down to the sectors of a unit', async () => {
    const { page, complaints, close } = await openTorn('', { permissions: ['clipboard-write'] });
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Storm' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.getByLabel('Plan', { exact: true }).selectOption('xfs-plain-16k');
    await page.keyboard.press('Control+Enter');
    await page.getByText('10 of 10 found').first().waitFor({ timeout: 120_000 });
    await verdictOf(page).getByText('Faults', { exact: true }).waitFor({ timeout: 240_000 });
    const grid = page.getByRole('slider', { name: 'Crash points by outcome' });
    await grid.focus();
    expect(await grid.getAttribute('aria-valuetext')).toMatch(/crash point.*torn/);
    const unit = page.getByRole('listbox', { name: 'Sectors of the unit' });
    expect(await unit.getByRole('option').count()).toBe(32);
    const origins = await unit.getByRole('option').evaluateAll((all) => all.map((one) => one.textContent));
    expect(new Set(origins.map((label) => label.replace(/^\s*sector \d+: /, ''))).size).toBeGreaterThan(1);
    await unit.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('n');
    const chosen = await unit.getByRole('option', { selected: true }).textContent();
    expect(chosen).not.toContain('sector 0:');
    expect(await textOf(page.getByRole('region', { name: 'Bytes of the sector' }))).toContain('55 54 52 4e');
    await keepPicture(page, 'torn-crash-light');
    expect(await seriousFindings(page)).toEqual([]);

    const before = page.url();
    await page.getByRole('listbox', { name: 'Crash states' }).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.url()).not.toBe(before);
    const here = page.url();
    await page.reload();
    await page.getByRole('listbox', { name: 'Sectors of the unit' }).waitFor();
    expect(page.url()).toBe(here);
    expect(complaints).toEqual([]);
    await close();
  });

  it('keeps a recording, and explores it again from the history', async () => {
    const { page, complaints, close } = await openTorn('Crash states');
    const kept = join(folder, 'recording');
    await page.getByLabel('Plan', { exact: true }).selectOption('xfs-plain-16k');
    await page.getByLabel('Keep it in').fill(kept);
    await page.getByRole('button', { name: 'Record and check' }).click();
    await verdictOf(page).getByText('Faults', { exact: true }).waitFor({ timeout: 240_000 });
    expect((await readdir(kept)).sort()).toEqual(['base', 'log', 'plan.json']);
    const states = page.getByRole('listbox', { name: 'Crash states' });
    const shown = await states.getByRole('option').first().innerText();
    // The address of the record alone: its states are not at hand, as after a restart of the service.
    const id = await page.getByRole('button', { name: /^\d{8}T/ }).innerText();
    await page.evaluate((run) => history.replaceState(null, '', `#/torn/crash?run=${run}`), id);
    await page.reload();
    await page.getByText(`The recording was kept in ${kept}`).waitFor();
    await page.getByRole('button', { name: 'Check the recording again' }).click();
    await states.waitFor({ timeout: 240_000 });
    expect(await states.getByRole('option').first().innerText()).toBe(shown);
    expect(await page.getByLabel('in the folder').inputValue()).toBe(kept);
    await page.getByLabel('in the folder').fill(join(folder, 'nowhere'));
    await page.getByRole('button', { name: 'Read' }).click();
    await verdictOf(page).getByText('cannot be read (ENOENT)').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it.skipIf(whyNoSandbox)(
    `shows a storm in a sandbox while it blows${whyNoSandbox ? ` (${whyNoSandbox})` : ''}`,
    async () => {
      const { page, complaints, close } = await openTorn();
      await page.getByLabel('Where').selectOption({ index: 1 });
      await page.getByLabel('Seconds').fill('4');
      await page.getByLabel('of size').fill('4MiB');
      await page.getByText('RWF_ATOMIC', { exact: true }).click();
      await page.getByRole('button', { name: 'Let it blow' }).click();
      // Counters and latencies come from the guest, before the end.
      await page.getByText('writes a second', { exact: true }).waitFor({ timeout: 120_000 });
      await page.getByText('8 of 8 found').first().waitFor();
      expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(1);
      await page.getByRole('button', { name: 'As a table' }).waitFor();
      await verdictOf(page).getByText('Untorn', { exact: true }).waitFor({ timeout: 120_000 });
      await page.getByRole('button', { name: /^\d{8}T/ }).click();
      const detail = page.getByRole('region', { name: 'The run' });
      await detail.getByText(/Storm on units on ext4, scsi drive of a sandbox/).waitFor();
      await page
        .getByRole('listbox', { name: 'Runs, newest first' })
        .getByRole('option', { selected: true })
        .getByText(/Linux \S+ in a sandbox/)
        .waitFor();
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it('arms a file with a real witness, and verifies it', async () => {
    const key = join(folder, 'key');
    await writeFile(key, 'a key that both machines share', { mode: 0o600 });
    const witness = await startWitness({
      ...{ host: '127.0.0.1', port: 0, folder: join(folder, 'runs') },
      key: Buffer.from('a key that both machines share'),
    });
    const { page, complaints, close } = await openTorn('Power cut');
    await page.getByLabel('Target', { exact: true }).fill(join(folder, 'armed'));
    await page.getByLabel('of size').fill('1MiB');
    await page.getByLabel('Witness', { exact: true }).fill(`127.0.0.1:${witness.port}`);
    await page.getByLabel('Key file').fill(key);
    await page.getByText('RWF_ATOMIC', { exact: true }).click();
    await page.getByRole('button', { name: 'Arm', exact: true }).click();
    await page.getByText('Cut the power now').waitFor();
    const run = /run ([0-9a-f]{16})/.exec(
      await textOf(page.getByRole('region', { name: 'The witness' })),
    )?.[1];
    await page.keyboard.press('Escape');
    await verdictOf(page).getByText('Disarmed.').waitFor();
    await page.getByText('Verify', { exact: true }).first().click();
    await page.getByLabel('Run', { exact: true }).fill(run ?? '');
    await page.getByLabel('Witness', { exact: true }).fill(`127.0.0.1:${witness.port}`);
    await page.getByLabel('Key file').fill(key);
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await verdictOf(page).getByText('Untorn', { exact: true }).waitFor();
    expect(await textOf(verdictOf(page))).toMatch(/64 units after .* acknowledged writes/);
    await witness.close();
    expect(complaints).toEqual([]);
    await close();
  });

  it('compares two crash checks, and says how they differ', async () => {
    const { page, close } = await openTorn('Crash states');
    await page.getByRole('button', { name: 'Record and check' }).click();
    await verdictOf(page).getByText('Sound', { exact: true }).waitFor({ timeout: 240_000 });
    await keepPicture(page, 'torn-sound-light');
    await page.getByRole('button', { name: /^\d{8}T/ }).click();
    const detail = page.getByRole('region', { name: 'The run' });
    const choices = detail.getByLabel('Compare with').locator('option');
    await choices.filter({ hasText: 'they tear' }).first().waitFor({ state: 'attached' });
    const options = await choices.allInnerTexts();
    const other = options.findIndex((text) => text.includes('they tear'));
    await detail.getByLabel('Compare with').selectOption({ index: other });
    const table = detail.getByRole('region', { name: 'Both runs, figure by figure' });
    expect(await textOf(table.getByRole('row', { name: /^verdict/ }))).toBe('verdict sound ≠ faulty');
    expect(page.url()).toMatch(/#\/runs\/\d{8}T\d{6}Z-[0-9a-f]{6}\?beside=/);
    const all = await table.getByRole('row').count();
    await detail.getByText('only what differs').click();
    expect(await table.getByRole('row').count()).toBeLessThan(all);
    expect(await seriousFindings(page)).toEqual([]);
    await close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious finding of axe before anything was done (${colorScheme})`, async () => {
      const { page, close } = await openTorn('', { colorScheme });
      for (const kind of ['Storm', 'Shutdown', 'Crash states']) {
        await page.getByRole('tab', { name: kind }).click();
        expect(await seriousFindings(page)).toEqual([]);
      }
      await close();
    });
  }
}

/** What a real run shows is another every time: a picture that is there is kept until somebody takes it away. */
async function keepPicture(page: Page, name: string): Promise<void> {
  if (!existsSync(projectPath('docs', 'screenshots', `${name}.png`))) await takePicture(page, name);
}
