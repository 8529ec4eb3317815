import { describe, expect, it } from 'vitest';
import { mapIdle, openPage, planNamed, serveOver, textOf, writePlan } from './harness.ts';
import { describeInBrowser } from './stage.ts';
import { seriousFindings } from './axe.ts';
import { takePicture } from './picture.ts';
import { standIn, standInWithoutPrivilege } from './stand-in.ts';

/** Every state of the interface, over the real server and a laboratory that answers what a test asks for. */
describeInBrowser('the interface', standIn, (stage) => {
  const open = (url = stage.server.url, options = {}) => openPage(stage.browser, url, options);
  type Page = Awaited<ReturnType<typeof open>>['page'];
  const verdict = (page: Page) => page.getByRole('region', { name: 'Verdict' });

  async function run(page: Page, name: string): Promise<void> {
    await writePlan(page, planNamed(name));
    await page.getByText('a loop device of 512').waitFor();
    await page.getByRole('button', { name: 'Run and compare' }).click();
  }

  it('takes the token out of the address, and keeps it for a reload', async () => {
    const { page, complaints, close } = await open();
    await page.getByRole('option').first().waitFor({ state: 'attached' });
    expect(page.url()).not.toContain('token');
    await page.reload();
    await page.getByRole('option').first().waitFor({ state: 'attached' });
    expect(complaints).toEqual([]);
    await close();
  });

  it('says what to do without a token, and with a wrong one', async () => {
    const bare = await open(stage.server.url.split('#')[0]);
    await bare.page.getByRole('heading', { name: 'This address has no token' }).waitFor();
    await bare.close();
    const wrong = await open(`${stage.server.url.split('#')[0] ?? ''}#token=wrong`);
    await wrong.page.getByRole('alert').getByText('The service does not know this page').waitFor();
    await wrong.close();
  });

  it('shows what differs, in the map and in the table', async () => {
    const { page, complaints, close } = await open(stage.server.url, { colorScheme: 'dark' });
    await run(page, 'differs');
    await verdict(page).getByText('in 2 places').waitFor();
    expect(await verdict(page).innerText()).toContain('at 33\u2009296..33\u2009299 written');
    await page.getByRole('button', { name: 'Next difference' }).click();
    await mapIdle(page);
    const row = page.getByRole('row', { selected: true });
    expect(await textOf(row)).toContain('8..11');
    expect(await textOf(page.getByTestId('readout'))).toContain('predicted 33 296');
    await takePicture(page, 'differs-dark');
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows what a prediction is not sure of, and does not call it a difference', async () => {
    const { page, complaints, close } = await open();
    await run(page, 'uncertain');
    await verdict(page).getByText('Match in part').waitFor();
    await verdict(page).getByText('its preallocation is not on disk').waitFor();
    const row = page.getByRole('row').filter({ hasText: '8..11' });
    expect(await textOf(row)).toContain('33 296..33 299?');
    expect(await textOf(row)).toContain('uncertain');
    await row.click();
    expect(await textOf(page.getByTestId('readout'))).toContain('the kernel may place it otherwise');
    expect(complaints).toEqual([]);
    await close();
  });

  it('does everything by keyboard alone', async () => {
    const { page, close } = await open();
    await writePlan(page, planNamed('differs'));
    await page.getByText('a loop device of 512').waitFor();
    await page.keyboard.press('Control+Enter');
    await verdict(page).getByText('Predicted').waitFor();
    await page.keyboard.press('Control+Shift+Enter');
    await verdict(page).getByText('Differs').waitFor();
    const focusedRole = () =>
      page.evaluate(
        () => (document.activeElement?.shadowRoot ?? document).activeElement?.getAttribute('role') ?? '',
      );
    for (let tabs = 0; tabs < 30 && (await focusedRole()) !== 'application'; tabs++)
      await page.keyboard.press('Tab');
    expect(await focusedRole()).toBe('application');
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await mapIdle(page);
    const readout = page.getByTestId('readout');
    expect(await textOf(readout)).toContain('journal logical 8');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => textOf(readout)).toContain('journal logical 12');
    await page.keyboard.press('PageDown');
    await expect.poll(() => textOf(readout)).toContain('table logical 0');
    await page.keyboard.press('x');
    await page.keyboard.press('x');
    await expect.poll(() => textOf(readout)).toContain('0x8204000');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await close();
  });

  it('zooms and moves by wheel and drag, and finds what is under the pointer', async () => {
    const { page, close } = await open();
    await run(page, 'match');
    await verdict(page).getByText('Match').waitFor();
    await mapIdle(page);
    const box = await page.locator('.canvas canvas').boundingBox();
    if (!box) throw new Error('no map');
    const readout = page.getByTestId('readout');
    const [x, y] = [box.x + box.width * 0.11, box.y + 60];
    await page.mouse.move(x, y);
    await expect.poll(() => textOf(readout)).toContain('journal logical 0');
    await page.mouse.wheel(0, -1200);
    await mapIdle(page);
    expect(await textOf(readout)).toContain('journal logical 0');
    await page.mouse.down();
    await page.mouse.move(x + 400, y, { steps: 4 });
    await page.mouse.up();
    await mapIdle(page);
    await page.mouse.move(x + 401, y);
    await expect.poll(() => textOf(readout)).toContain('journal logical 0');
    await page.mouse.move(x, y);
    await expect.poll(() => textOf(readout)).not.toContain('journal');
    await close();
  });

  it('marks the field that is wrong, and leads to it', async () => {
    const { page, close } = await open();
    await writePlan(page, planNamed('wrong').replace('"16KiB"', '-1').replace('"create"', '"chmod"'));
    const issue = page.getByRole('button', { name: /steps\[1\]\.length must be a whole number/ });
    await issue.waitFor();
    expect(await page.getByRole('button', { name: 'Predict' }).isDisabled()).toBe(true);
    expect(await page.locator('.cm-lintRange-error').count()).toBeGreaterThan(0);
    await issue.click();
    await page.keyboard.type('4096');
    await page.getByText('One error').waitFor();
    await page.getByRole('button', { name: /steps\[0\]\.op/ }).click();
    await page.keyboard.type('"create"');
    await page.getByText('a loop device of 512').waitFor();
    await writePlan(page, '{ "version": 1, }');
    await page.getByText('One error').waitFor();
    await close();
  });

  it('can be cancelled', async () => {
    const { page, close } = await open();
    await run(page, 'endless');
    await verdict(page).getByText('40 of 100').waitFor();
    await page.keyboard.press('Escape');
    await verdict(page).getByText('Cancelled.').waitFor();
    await close();
  });

  it.each([
    ['unable', 'mkfs.ext4 is not installed'],
    ['defect', 'a defect of Untorn ended this call'],
    ['disturbed', 'this run proves nothing'],
  ])('says so where a run is %s', async (name, text) => {
    const { page, close } = await open();
    await run(page, name);
    await verdict(page).getByText(text).waitFor();
    await close();
  });

  it('leads from nothing to a compared result in two clicks, the first on an example', async () => {
    const { page, complaints, close } = await open();
    const begin = page.getByRole('region', { name: 'How to begin' });
    await begin.getByRole('img', { name: 'An example of a compared run' }).waitFor();
    const example = begin.getByRole('button', { name: 'Three files that grow by turns' });
    await example.click();
    expect(await example.getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Run and compare' }).click();
    await verdict(page).getByText('Match').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('marks a result as old once the plan is another', async () => {
    const { page, close } = await open();
    await run(page, 'match');
    await verdict(page).getByText('Match').waitFor();
    await writePlan(page, planNamed('another'));
    await verdict(page).getByText('of an earlier plan').waitFor();
    await close();
  });

  it('predicts only, and says why, where there is no privilege', async () => {
    const unprivileged = await serveOver(standInWithoutPrivilege);
    const { page, close } = await open(unprivileged.url);
    await page.getByText('No run here.').waitFor();
    await page.getByRole('complementary').getByRole('button', { name: 'Copy sudo untorn serve' }).waitFor();
    expect(await page.getByRole('button', { name: 'Run and compare' }).isDisabled()).toBe(true);
    await page.keyboard.press('Control+Shift+Enter');
    await page.getByRole('button', { name: 'Predict' }).click();
    await verdict(page).getByText('Predicted').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await close();
    await unprivileged.close();
  });

  it('stays as it is when the service goes away', async () => {
    const mortal = await serveOver(standIn);
    const { page, close } = await open(mortal.url);
    await run(page, 'match');
    await verdict(page).getByText('Match').waitFor();
    await mortal.close();
    await page.getByRole('alert').getByText('The service is gone').waitFor();
    expect(await page.getByRole('grid').isVisible()).toBe(true);
    await close();
  });

  it('draws a million extents and finds the one that differs', async () => {
    const { page, close } = await open();
    await run(page, 'million differs');
    await verdict(page).getByText('Differs').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Next difference' }).click();
    await mapIdle(page);
    expect(await textOf(page.getByRole('row', { selected: true }))).toContain('654 321');
    expect(await page.getByRole('row').count()).toBeLessThan(100);
    await close();
  });

  describe.each(['dark', 'light'] as const)('in the %s theme', (colorScheme) => {
    it('has no serious finding of axe in any state', async () => {
      const { page, complaints, close } = await open(stage.server.url, { colorScheme });
      await page.getByText('a loop device of').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await run(page, 'differs');
      await verdict(page).getByText('Differs').waitFor();
      await page.getByRole('button', { name: 'Next difference' }).click();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Keys' }).click();
      expect(await seriousFindings(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await run(page, 'disturbed');
      await verdict(page).getByText('Disturbed').waitFor();
      await writePlan(page, '{}');
      await page.getByText('3 errors').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Passport' }).click();
      await page.getByRole('button', { name: 'Probe' }).click();
      await page.getByText('no such file').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(complaints.filter((text) => !text.includes('[axe]'))).toEqual([]);
      await close();
    });
  });

  it('told of the one defect, and of no other', () => {
    expect(stage.defects.map(String)).toEqual(['TypeError: a defect, on purpose']);
  });
});
