import type { Page } from 'playwright-core';
import { mapIdle, planNamed } from './harness.ts';
import { samplePassport } from './sample-passport.ts';

/** What is done in each state: a picture is taken, axe is asked. */
type Visit = (name: string) => Promise<void>;

/** Leads through every view of the interface over the laboratory `mirrorLab`, in the states that one works in. */
export async function walkViews(page: Page, visit: Visit): Promise<void> {
  await page.getByText('a loop device of').first().waitFor();
  await visit('lab-empty');
  await walkLayouts(page, visit);
  await walkPlan(page, visit);
  await walkOthers(page, visit);
}

async function walkLayouts(page: Page, visit: Visit): Promise<void> {
  await openPlan(page, planOfThree('Three files, and a kernel that differs'));
  await page.keyboard.press('Control+Shift+Enter');
  const verdict = page.getByRole('region', { name: 'Verdict' });
  await verdict.getByText('Differs').waitFor({ timeout: 60_000 });
  await page.keyboard.press('n');
  await mapIdle(page);
  await visit('lab-differs');
  await page.getByLabel('versus').selectOption('rfc-2023-11');
  await page.keyboard.press('Alt+Enter');
  await page.getByRole('region', { name: 'What each allocator does' }).waitFor();
  await visit('lab-versus');
}

async function walkPlan(page: Page, visit: Visit): Promise<void> {
  await page.getByRole('tab', { name: 'Target' }).click();
  await page.getByRole('radio', { name: 'Sandbox' }).check();
  await page.getByLabel('atomicMax').fill('16KB');
  await page.getByText('One error').waitFor();
  await visit('plan-target');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command' }).fill('pre');
  await visit('palette');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Show the layout' }).click();
  await page.getByRole('button', { name: 'Keys' }).click();
  await page.getByRole('dialog', { name: 'Keys' }).getByText('Next difference').waitFor();
  await visit('keys');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'works as root' }).click();
  await page.getByRole('dialog', { name: 'This machine' }).waitFor();
  await visit('machine');
  await page.keyboard.press('Escape');
}

async function walkOthers(page: Page, visit: Visit): Promise<void> {
  await page.getByRole('button', { name: 'Passport' }).click();
  await page.getByRole('textbox', { name: 'What can be written untorn to' }).waitFor();
  await visit('passport-empty');
  await page.getByRole('textbox', { name: 'What can be written untorn to' }).fill(samplePassport.path);
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Layers' }).waitFor();
  await visit('passport');
  await page.getByRole('button', { name: 'Runs' }).click();
  await page.getByRole('listbox').getByRole('option').first().click();
  await page.getByRole('region', { name: 'The run' }).waitFor();
  await visit('runs');
  await page.getByRole('button', { name: 'Torn' }).click();
  await page.getByLabel('Preset').waitFor();
  await visit('torn');
  await page.getByRole('tab', { name: 'Crash states' }).click();
  await visit('torn-crash');
}

/** As after a reload: the plan that was being written is on the bench again. */
async function openPlan(page: Page, text: string): Promise<void> {
  await page.evaluate((plan) => sessionStorage.setItem('untorn.plan', plan), text);
  await page.goto(page.url().split('#')[0] ?? '');
  await page.getByRole('option', { name: '12' }).first().waitFor();
}

/** Three files that grow by turns; `mirrorLab` moves the end of the one called `table`. */
function planOfThree(name: string): string {
  const { target, ...rest } = JSON.parse(planNamed(name)) as Record<string, unknown>;
  const seed = '01234567-89ab-cdef-0123-456789abcdef';
  const args = ['-b', '4096', '-E', `hash_seed=${seed}`, '-U', seed];
  const files = ['journal', 'table', 'log'];
  const creates = files.map((file) => ({ op: 'create', file }));
  const writes = [0, 1, 2, 3].flatMap((turn) =>
    files.map((file) => {
      const sync = file === 'journal' ? { sync: 'dsync' } : {};
      return { op: 'write', file, offset: `${turn * 16}KiB`, length: '16KiB', ...sync };
    }),
  );
  const loop = { ...(target as object), size: '256MiB', mkfs: { fs: 'ext4', args } };
  return JSON.stringify({ ...rest, target: loop, steps: [...creates, ...writes] }, null, 2);
}
