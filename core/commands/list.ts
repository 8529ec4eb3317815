import type { CommandInfo } from './command.ts';

/** Every command outside the map's and the tables' own keys, in the order of the menus. */
export const commands = [
  { id: 'file.open', title: 'Open a plan…', menu: 'file', keys: ['Ctrl+O'] },
  { id: 'file.save', title: 'Save the plan…', menu: 'file', keys: ['Ctrl+S'] },
  { id: 'view.lab', title: 'Lab', menu: 'view', keys: ['1'] },
  { id: 'view.passport', title: 'Passport', menu: 'view', keys: ['2'] },
  { id: 'view.runs', title: 'Runs', menu: 'view', keys: ['3'] },
  { id: 'plan.predict', title: 'Predict the plan', menu: 'plan', keys: ['Ctrl+Enter'] },
  {
    id: 'plan.run',
    title: 'Run the plan on the kernel and compare',
    menu: 'plan',
    keys: ['Ctrl+Shift+Enter'],
  },
  { id: 'plan.cancel', title: 'Cancel what is under way', menu: 'plan', keys: ['Escape'] },
  { id: 'difference.next', title: 'Next difference', menu: 'map', keys: ['N'] },
  { id: 'difference.previous', title: 'Previous difference', menu: 'map', keys: ['Shift+N'] },
  { id: 'map.addresses', title: 'Addresses in blocks, bytes, hex', menu: 'map', keys: ['X'] },
  { id: 'help.keys', title: 'Keys', menu: 'help', keys: ['?'] },
  { id: 'help.about', title: 'About Untorn', menu: 'help', keys: [] },
] as const satisfies readonly CommandInfo[];

export type CommandId = (typeof commands)[number]['id'];
