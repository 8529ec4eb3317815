import type { AppState } from './state/app.svelte.ts';

/** Everything that can be done by a key outside the map and the tables; the overlay of keys is made from this list. */
export interface Command {
  readonly title: string;
  /** As shown; `matches` decides. */
  readonly keys: string;
  readonly matches: (event: KeyboardEvent) => boolean;
  readonly run: (app: AppState) => void;
}

const withControl = (key: string, shift: boolean) => (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey) && event.shiftKey === shift && event.key === key;
/** A letter by itself; where text is being typed it is text. */
const plain = (key: string) => (event: KeyboardEvent) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && event.key === key && !isTyping(event);

function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || target instanceof HTMLSelectElement || target instanceof HTMLInputElement
  );
}

export const commands: readonly Command[] = [
  {
    title: 'Predict the plan',
    keys: 'Ctrl Enter',
    matches: withControl('Enter', false),
    run: (app) => void app.lab?.start('predict'),
  },
  {
    title: 'Run the plan on the kernel and compare',
    keys: 'Ctrl Shift Enter',
    matches: withControl('Enter', true),
    run: (app) => {
      if (app.host?.run.possible) void app.lab?.start('run');
    },
  },
  {
    title: 'Cancel what is under way',
    keys: 'Esc',
    matches: (event) => event.key === 'Escape',
    run: (app) => app.lab?.cancel(),
  },
  {
    title: 'Next difference',
    keys: 'n',
    matches: plain('n'),
    run: (app) => app.lab?.selectDifference(1),
  },
  {
    title: 'Previous difference',
    keys: 'N',
    matches: plain('N'),
    run: (app) => app.lab?.selectDifference(-1),
  },
  {
    title: 'Addresses in blocks, bytes, hex',
    keys: 'x',
    matches: plain('x'),
    run: (app) => app.lab?.nextAddressForm(),
  },
  { title: 'Lab', keys: '1', matches: plain('1'), run: (app) => app.show({ view: 'lab' }) },
  {
    title: 'Passport',
    keys: '2',
    matches: plain('2'),
    run: (app) => app.show({ view: 'passport', path: '' }),
  },
  { title: 'Runs', keys: '3', matches: plain('3'), run: (app) => app.show({ view: 'runs', id: '' }) },
  {
    title: 'Keys',
    keys: '?',
    matches: plain('?'),
    run: (app) => {
      app.helpOpen = true;
    },
  },
];

/** Keys of the map while it has the focus; the map itself handles them. */
export const mapKeys: readonly { readonly keys: string; readonly title: string }[] = [
  { keys: '+ −', title: 'Zoom in, out' },
  { keys: '← →', title: 'Move left, right' },
  { keys: '↑ ↓', title: 'Previous, next extent' },
  { keys: 'Enter', title: 'Zoom to the extent' },
  { keys: '0', title: 'Everything' },
  { keys: 'g', title: 'Fold or unfold the gaps' },
  { keys: 'PgUp PgDn', title: 'Previous, next file' },
];
