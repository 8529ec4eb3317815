import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Laboratory } from '../../main/service/index.ts';
import { seriousFindings } from './axe.ts';
import { openPage, serveOver, textOf } from './harness.ts';
import { describeInBrowser } from './stage.ts';
import { standIn, standInWithoutPrivilege } from './stand-in.ts';

/** The same laboratory, where the kernel is out of reach and a guest is not. */
const inSandbox: Laboratory = {
  ...standIn,
  sandboxes: () => {
    const { here: _, ...list } = standIn.sandboxes();
    return { ...list, here: { possible: false, why: 'it takes root', remedy: 'say "sudo -v" first' } };
  },
};

/** What surrounds every view: the header, what it says of the machine, and the dialogs that it opens. */
describeInBrowser('the header', standIn, (stage) => {
  const machine = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
  const dialog = (page: Page) => page.getByRole('dialog', { name: 'This machine' });

  it('says by which way plans run, and gives the focus back', async () => {
    const { page, complaints, close } = await openPage(stage.browser, stage.server.url);
    const button = machine(page, 'works as root');
    await button.focus();
    await page.keyboard.press('Enter');
    await dialog(page).getByText('attaches loop devices and mounts filesystems itself').waitFor();
    await dialog(page).getByText('User Mode Linux 7.2.7').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await button.evaluate((one) => one === document.activeElement)).toBe(true);
    expect(complaints).toEqual([]);
    await close();
  });

  it('says what to do where nothing runs, as a command that can be copied', async () => {
    const unprivileged = await serveOver(standInWithoutPrivilege);
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page, close } = await openPage(stage.browser, unprivileged.url, { permissions });
    await machine(page, 'cannot run plans').click();
    expect(await textOf(dialog(page))).toContain('this service runs as an ordinary user');
    await dialog(page).getByRole('button', { name: 'Copy sudo untorn serve' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('sudo untorn serve');
    expect(await seriousFindings(page)).toEqual([]);
    await page.mouse.click(200, 600);
    await dialog(page).waitFor({ state: 'detached' });
    await close();
    await unprivileged.close();
  });

  it('tells a sandbox from the kernel', async () => {
    const guest = await serveOver(inSandbox);
    const { page, close } = await openPage(stage.browser, guest.url);
    await machine(page, 'works in a sandbox').click();
    await dialog(page).getByText('It takes root.').waitFor();
    await dialog(page).getByRole('button', { name: 'Copy sudo -v' }).waitFor();
    await close();
    await guest.close();
  });

  it('opens an address that was copied into another window of the same browser, and in no other', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const { page, close } = await openPage(stage.browser, stage.server.url, { permissions });
    await page.keyboard.press('2');
    await page.getByRole('textbox').fill('/nowhere');
    await page.keyboard.press('Enter');
    await page.getByText('/nowhere: no such file').waitFor();
    expect(await page.title()).toBe('/nowhere, Untorn');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).fill('copy the address');
    await page.keyboard.press('Enter');
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied).toContain('#/passport/%2Fnowhere');
    const address = await copied();
    const second = await page.context().newPage();
    await second.goto(address);
    await second.getByText('/nowhere: no such file').waitFor();
    const elsewhere = await openPage(stage.browser, address);
    await elsewhere.page.getByRole('heading', { name: 'This address has no token' }).waitFor();
    await elsewhere.close();
    await close();
  });

  it('leads to what Untorn is, and changes the theme', async () => {
    const options = { colorScheme: 'light' } as const;
    const { page, close } = await openPage(stage.browser, stage.server.url, options);
    await machine(page, 'works as root').click();
    await dialog(page).getByRole('button', { name: 'About Untorn…' }).click();
    await page.getByRole('dialog', { name: 'Untorn' }).getByText('Node-API').waitFor();
    await page.keyboard.press('Escape');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await ground();
    await machine(page, 'Theme: as the system').click();
    await machine(page, 'Theme: light').click();
    await machine(page, 'Theme: dark').waitFor();
    expect(await ground()).not.toBe(before);
    await machine(page, 'Theme: dark').click();
    expect(await ground()).toBe(before);
    await close();
  });
});
