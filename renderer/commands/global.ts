import { themes, type AppState } from '../state/app.svelte.ts';
import { focusPane } from './panes.ts';
import { menuCommand, type Command } from './command.ts';

/** What can be done in every view. */
export function globalCommands(app: AppState): readonly Command[] {
  const whyNot = () => (app.lab ? null : 'this address has no token');
  return [
    menuCommand('go.lab', 'Views', { whyNot, run: () => app.show({ view: 'lab' }) }),
    menuCommand('go.passport', 'Views', { whyNot, run: () => app.show({ view: 'passport', path: '' }) }),
    menuCommand('go.runs', 'Views', { whyNot, run: () => app.show({ view: 'runs', id: '' }) }),
    menuCommand('go.torn', 'Views', { whyNot, run: () => app.show({ view: 'torn', kind: 'storm' }) }),
    menuCommand('plan.open', 'Plan', { whyNot, run: () => void app.files?.openPlan() }),
    menuCommand('plan.save', 'Plan', { whyNot, run: () => void app.files?.savePlan() }),
    menuCommand('help.palette', 'Help', { run: () => (app.overlay = 'palette') }),
    {
      id: 'help.machine',
      title: 'This machine, and by which way plans run on it',
      group: 'Help',
      keys: [],
      run: () => (app.overlay = 'machine'),
    },
    menuCommand('help.about', 'Help', { run: () => (app.overlay = 'about') }),
    {
      id: 'view.next-pane',
      title: 'Go to the next pane',
      group: 'Views',
      keys: ['F6'],
      inPalette: false,
      run: () => focusPane(1),
    },
    {
      id: 'view.previous-pane',
      title: 'Go to the previous pane',
      group: 'Views',
      keys: ['Shift+F6'],
      inPalette: false,
      run: () => focusPane(-1),
    },
    {
      id: 'view.copy-address',
      title: 'Copy the address of what is shown',
      group: 'Views',
      keys: [],
      run: () => void app.copyAddress(),
    },
    {
      id: 'view.notices',
      title: 'Notify when long work ends',
      group: 'Interface',
      keys: [],
      whyNot: () => whyNoNotices(app),
      run: () => void app.notices.ask(),
    },
    menuCommand('help.keys', 'Help', { run: () => (app.overlay = 'keys') }),
    ...themes.map((theme): Command => ({
      id: `view.theme-${theme}`,
      title: theme === 'system' ? 'Theme of the system' : theme === 'dark' ? 'Dark theme' : 'Light theme',
      group: 'Interface',
      keys: [],
      whyNot: () => (app.theme.chosen === theme ? 'it is this one' : null),
      run: () => app.theme.choose(theme),
    })),
    menuCommand('view.theme', 'Interface', { run: () => app.theme.next() }),
  ];
}

function whyNoNotices({ notices: { permission } }: AppState): string | null {
  return permission === 'granted' ? 'it is on' : permission === 'denied' ? 'the browser forbids it' : null;
}
