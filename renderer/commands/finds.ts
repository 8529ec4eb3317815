import type { AppState } from '../state/app.svelte.ts';
import type { Command } from './command.ts';

const filesMax = 300;
const runsMax = 100;

/** What can be gone to by its name, from every view: examples, recent files, kept runs, files of the layout. */
export function findCommands(app: AppState): readonly Command[] {
  const { lab, files } = app;
  if (!lab || !files) return [];
  const whyNot = () => (lab.job ? 'something is under way' : null);
  const find = (id: string, group: string, title: string, run: () => void): Command => ({
    id,
    title,
    group,
    keys: [],
    run,
  });
  const toLab = (run: () => void) => () => {
    app.show({ view: 'lab' });
    run();
  };
  return [
    ...lab.examples.map(({ id, title }) => ({
      ...find(
        `example.${id}`,
        'Example',
        title,
        toLab(() => files.openExample(id)),
      ),
      whyNot,
    })),
    ...files.recent.map(({ path, name }) => ({
      ...find(
        `recent.${path}`,
        'Recent',
        name === path ? path : `${name}  ${path}`,
        toLab(() => void files.openRecent(path)),
      ),
      whyNot,
    })),
    ...app.keptRuns
      .slice(0, runsMax)
      .map(({ id, title, verdict }) =>
        find(`run.${id}`, 'Run', `${title === '' ? 'untitled' : title}, ${verdict}  ${id}`, () =>
          app.show({ view: 'runs', id }),
        ),
      ),
    ...(lab.result?.files ?? []).slice(0, filesMax).map(({ name }, file) =>
      find(
        `file.${name}`,
        'File',
        name,
        toLab(() => {
          lab.page = 'layout';
          lab.selection = { file, row: 0 };
        }),
      ),
    ),
  ];
}
