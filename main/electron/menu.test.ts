import type { MenuItemConstructorOptions } from 'electron';
import { expect, it, vi } from 'vitest';
import { menus } from '../../core/commands/index.ts';
import { menuTemplate, type MenuActions } from './menu.ts';

const actions = {
  command: vi.fn(),
  openRecent: vi.fn(),
  forgetRecent: vi.fn(),
  zoom: vi.fn(),
  quit: vi.fn(),
} satisfies MenuActions;
const template = (developing = false) => menuTemplate(actions, { recentPaths: [], developing });
const itemsOf = ({ submenu }: MenuItemConstructorOptions) => (Array.isArray(submenu) ? submenu : []);

it('has every command of the registry, which the page runs by its name', () => {
  const items = template().flatMap(itemsOf);
  for (const { id, title } of menus.flatMap(({ commands }) => commands)) {
    const item = items.find((one) => one.id === id);
    expect(item?.label).toBe(title);
    (item?.click as (() => void) | undefined)?.();
    expect(actions.command).toHaveBeenLastCalledWith(id);
  }
});

it('shows the keys of commands and leaves them to the page', () => {
  const shown = template()
    .flatMap(itemsOf)
    .filter(({ id, accelerator }) => id !== undefined && accelerator !== undefined);
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.filter(({ registerAccelerator }) => registerAccelerator !== false)).toEqual([]);
});

it('takes no key of the registry for itself', () => {
  const items = template(true).flatMap(itemsOf);
  const accelerators = items.flatMap(({ accelerator }) => (accelerator === undefined ? [] : [accelerator]));
  expect(new Set(accelerators).size).toBe(accelerators.length);
});

it('offers the developer tools only while developing', () => {
  const roles = (developing: boolean) =>
    template(developing).flatMap((menu) => itemsOf(menu).map(({ role }) => role));
  expect(roles(true)).toContain('toggleDevTools');
  expect(roles(false)).not.toContain('toggleDevTools');
});

it('shows a recent file on one short line, whatever its name is', () => {
  const labelOf = (path: string) => {
    const file = menuTemplate(actions, { recentPaths: [path], developing: false })[0];
    const recent = itemsOf(file ?? {}).find(({ label }) => label === 'Open recent');
    return itemsOf(recent ?? {})[0]?.label;
  };
  expect(labelOf('/plans/R&D.json')).toBe('/plans/R&&D.json');
  expect(labelOf('/a\n\u202egnp.json')).toBe('/a\ufffd\ufffdgnp.json');
  expect(labelOf(`/${'d'.repeat(4000)}/e.json`)).toBe(`…${'d'.repeat(92)}/e.json`);
});
