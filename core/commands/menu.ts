/** What is known of a command without an interface: enough for its place in a menu. */
export interface CommandFacts {
  /** `area.verb`, unique; the interface runs it by this name. */
  readonly id: string;
  readonly title: string;
  /** Keys that run it, the first one shown in menus. */
  readonly keys: readonly string[];
}

export interface Menu {
  readonly title: string;
  readonly commands: readonly CommandFacts[];
}

/** Commands that the application's menu has, too. Their keys are handled by the interface; a menu only shows them. */
export const menuCommands = {
  'plan.open': { id: 'plan.open', title: 'Open a plan…', keys: ['Ctrl+O'] },
  'plan.save': { id: 'plan.save', title: 'Save the plan…', keys: ['Ctrl+S'] },
  'plan.undo': { id: 'plan.undo', title: 'Undo in the plan', keys: ['Ctrl+Z'] },
  'plan.redo': { id: 'plan.redo', title: 'Redo in the plan', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'] },
  'lab.predict': { id: 'lab.predict', title: 'Predict the plan', keys: ['Ctrl+Enter'] },
  'lab.run': { id: 'lab.run', title: 'Run the plan on the kernel and compare', keys: ['Ctrl+Shift+Enter'] },
  'lab.versus': { id: 'lab.versus', title: 'Compare two allocators on the plan', keys: ['Alt+Enter'] },
  'lab.cancel': { id: 'lab.cancel', title: 'Cancel what is under way', keys: ['Escape'] },
  'go.lab': { id: 'go.lab', title: 'Lab', keys: ['1'] },
  'go.passport': { id: 'go.passport', title: 'Passport', keys: ['2'] },
  'go.runs': { id: 'go.runs', title: 'Runs', keys: ['3'] },
  'go.torn': { id: 'go.torn', title: 'Torn', keys: ['4'] },
  'view.theme': { id: 'view.theme', title: 'Theme: system, light, dark', keys: [] },
  'help.palette': { id: 'help.palette', title: 'Find a command', keys: ['Ctrl+K'] },
  'help.about': { id: 'help.about', title: 'About Untorn', keys: [] },
  'help.keys': { id: 'help.keys', title: 'Keys', keys: ['?'] },
} as const satisfies Readonly<Record<string, CommandFacts>>;

/** A command that the menu and the interface both know. */
export type MenuCommandId = keyof typeof menuCommands;

const menu = (title: string, ...ids: readonly MenuCommandId[]): Menu => ({
  title,
  commands: ids.map((id) => menuCommands[id]),
});

/** The menu bar, from left to right. */
export const menus: readonly Menu[] = [
  menu('File', 'plan.open', 'plan.save'),
  menu('Edit', 'plan.undo', 'plan.redo'),
  menu('Lab', 'lab.predict', 'lab.run', 'lab.versus', 'lab.cancel'),
  menu('View', 'go.lab', 'go.passport', 'go.runs', 'go.torn', 'view.theme'),
  menu('Help', 'help.palette', 'help.keys', 'help.about'),
];

/** Whether a name that came over a channel is one of the menu's. */
export function isMenuCommand(id: unknown): id is MenuCommandId {
  return typeof id === 'string' && Object.hasOwn(menuCommands, id);
}
