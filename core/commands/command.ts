/** Where a command stands in the desktop app's menu. */
export type MenuName = 'file' | 'edit' | 'view' | 'plan' | 'map' | 'help';

/**
 * One thing that a user can order, as data: the interface binds it to its work (renderer/commands), the desktop app's
 * menu, the command palette and the overlay of keys are made from it.
 */
export interface CommandInfo {
  /** Stable: it travels from the menu to the page. */
  readonly id: string;
  /** What happens, as a menu says it. */
  readonly title: string;
  /** Null for what would be noise in a menu. */
  readonly menu: MenuName | null;
  /**
   * Any of these does it: modifiers in the order Ctrl, Alt, Shift, then the key as KeyboardEvent.key names it, letters in
   * upper case: `Ctrl+Shift+Enter`, `N` for the bare letter, `Shift+N`, `?`. Ctrl stands for Command on a Mac's keyboard, too.
   */
  readonly keys: readonly string[];
}
