import type { MenuItemConstructorOptions } from 'electron';
import { menus, toAccelerator, type CommandFacts, type MenuCommandId } from '../../core/commands/index.ts';
import { oneLine } from './line.ts';

/** What the menu's items do. */
export interface MenuActions {
  /** Hands a command of the interface to the page. */
  command(id: MenuCommandId): void;
  openRecent(path: string): void;
  forgetRecent(): void;
  zoom(change: 'in' | 'out' | 'reset'): void;
  quit(): void;
}

type Item = MenuItemConstructorOptions;
const separator: Item = { type: 'separator' };

/**
 * The menu bar: the commands of core/commands, which the page runs, among what every desktop app has. The page handles
 * the keys of its own commands, so that they do the same in a browser; here they are only shown.
 */
export function menuTemplate(
  actions: MenuActions,
  { recentPaths, developing }: { readonly recentPaths: readonly string[]; readonly developing: boolean },
): Item[] {
  const item = ({ id, title, keys: [shown] }: CommandFacts): Item => ({
    id,
    label: title,
    click: () => actions.command(id as MenuCommandId),
    ...(shown === undefined ? {} : { accelerator: toAccelerator(shown), registerAccelerator: false }),
  });
  const own = ownItems(actions, recentPaths, developing);
  return menus.map(({ title, commands }) => {
    const items = commands.map(item);
    const more = own[title] ?? [];
    return {
      label: `&${title}`,
      submenu: more.length > 0 && items.length > 0 ? [...items, separator, ...more] : [...items, ...more],
    };
  });
}

/** By the title of the menu that they end. */
function ownItems(
  actions: MenuActions,
  recentPaths: readonly string[],
  developing: boolean,
): Readonly<Record<string, Item[]>> {
  return {
    File: [
      recentMenu(actions, recentPaths),
      separator,
      { label: 'Quit', accelerator: 'CmdOrCtrl+Q', click: () => actions.quit() },
    ],
    Edit: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }],
    View: [
      { label: 'Zoom in', accelerator: 'CmdOrCtrl+Plus', click: () => actions.zoom('in') },
      // The same key where it is typed without Shift.
      { label: 'Zoom in', accelerator: 'CmdOrCtrl+=', visible: false, click: () => actions.zoom('in') },
      { label: 'Zoom out', accelerator: 'CmdOrCtrl+-', click: () => actions.zoom('out') },
      { label: 'Usual size', accelerator: 'CmdOrCtrl+0', click: () => actions.zoom('reset') },
      { role: 'togglefullscreen' },
      ...(developing ? [separator, { role: 'toggleDevTools' } as const] : []),
    ],
  };
}

function recentMenu(actions: MenuActions, paths: readonly string[]): Item {
  const items: Item[] = paths.map((path) => ({
    label: pathLabel(path),
    click: () => actions.openRecent(path),
  }));
  const forget: Item = { label: 'Forget these', click: () => actions.forgetRecent() };
  return { label: 'Open recent', enabled: items.length > 0, submenu: [...items, separator, forget] };
}

/** A single & would mark the next letter as the item's key. */
function pathLabel(path: string): string {
  return oneLine(path).replaceAll('&', '&&');
}
