import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { choose } from '../../test/support/electron/fake.ts';
import {
  frames,
  heard,
  request,
  setUpBench,
  settle,
  start,
  withDesktop,
} from '../../test/support/electron/started.ts';

const bench = setUpBench();

describe('a second start', () => {
  it('brings the first forward, which opens the files', async () => {
    const plan = join(bench.folder, 'a.untorn.json');
    await writeFile(plan, '{ "version": 1 }');
    const { window, page, recent } = await start(bench, { service: withDesktop });
    window.minimised = true;
    page.send(request(1, 'desktop.watch'));
    bench.electron.app.startAgain({ files: [plan, '/no/such'] }, ['untorn', '/etc/passwd']);
    await heard(page, 2);
    expect([window.focused, window.minimised]).toEqual([true, false]);
    expect(frames(page.texts())).toMatchObject([
      { event: { kind: 'opened', file: { path: plan, name: 'a.untorn.json', text: '{ "version": 1 }' } } },
      { event: { kind: 'unreadable', path: '/no/such' } },
    ]);
    expect(recent.list().map(({ path }) => path)).toEqual([plan]);
  });

  it('that follows at once is heard, too: its files wait for the window', async () => {
    const plan = join(bench.folder, 'b.untorn.json');
    await writeFile(plan, '{}');
    const starting = start(bench, { service: withDesktop });
    bench.electron.app.startAgain({ files: [plan] });
    const { page } = await starting;
    page.send(request(1, 'desktop.watch'));
    await heard(page, 1);
    expect(frames(page.texts())).toMatchObject([{ event: { kind: 'opened', file: { path: plan } } }]);
  });

  it.each([null, 'x', { files: 'x' }, { files: ['relative'] }, { files: Array(99).fill('/a') }])(
    'is not believed where it hands over %j',
    async (data) => {
      const { window, page } = await start(bench, { service: withDesktop });
      page.send(request(1, 'desktop.watch'));
      bench.electron.app.startAgain(data);
      await settle();
      expect(window.focused).toBe(true);
      expect(page.texts()).toEqual([]);
    },
  );
});

describe('what the user does outside of the page', () => {
  it('waits until a page listens', async () => {
    const plan = join(bench.folder, 'b.json');
    await writeFile(plan, '{}');
    const { page } = await start(bench, { service: withDesktop, files: [plan] });
    bench.electron.chooseItem('Lab', 'Predict the plan');
    page.send(request(1, 'desktop.watch'));
    await heard(page, 2);
    expect(frames(page.texts())).toMatchObject([
      { event: { kind: 'opened', file: { path: plan } } },
      { event: { kind: 'command', id: 'lab.predict' } },
    ]);
  });

  it('opens a recent file from the menu, and forgets them', async () => {
    const plan = join(bench.folder, 'R&D.json');
    await writeFile(plan, '{}');
    const { page, recent } = await start(bench, { service: withDesktop });
    expect(bench.electron.menuItem('File', 'Open recent').enabled).toBe(false);
    recent.remember(plan);
    const items = bench.electron.menuItem('File', 'Open recent').submenu;
    if (!Array.isArray(items)) throw new Error('no recent files');
    expect(items.map(({ label }) => label)).toEqual([plan.replace('&', '&&'), undefined, 'Forget these']);
    page.send(request(1, 'desktop.watch'));
    await settle();
    if (items[0]) choose(items[0]);
    await heard(page, 1);
    if (items[2]) choose(items[2]);
    expect(recent.list()).toEqual([]);
    expect(bench.electron.menuItem('File', 'Open recent').enabled).toBe(false);
  });
});

describe('dialogs', () => {
  it('read and write what the user chose', async () => {
    const path = join(bench.folder, 'c.untorn.json');
    const { page, recent } = await start(bench, { service: withDesktop });
    bench.electron.dialog.path = path;
    page.send(request(1, 'desktop.save', { name: 'c.untorn.json', text: 'één' }));
    await heard(page, 1);
    expect(await readFile(path, 'utf8')).toBe('één');
    page.send(request(2, 'desktop.open', { what: 'plan' }));
    await heard(page, 2);
    page.send(request(3, 'desktop.choose', { what: 'device' }));
    await heard(page, 3);
    expect(frames(page.texts())).toEqual([
      { kind: 'result', id: 1, value: { path } },
      { kind: 'result', id: 2, value: { path, name: 'c.untorn.json', text: 'één' } },
      { kind: 'result', id: 3, value: { path } },
    ]);
    expect(recent.list()).toMatchObject([{ path }]);
    expect(bench.electron.dialog.asked).toMatchObject([
      { defaultPath: 'c.untorn.json', properties: ['showOverwriteConfirmation'] },
      { title: 'Open a plan' },
      { defaultPath: '/dev' },
    ]);
  });

  it('ask before something is overwritten, and take only the second button for a yes', async () => {
    const dialog = bench.electron.dialog;
    const { desktop } = await start(bench, { service: withDesktop });
    const what = { path: '/dev/nvme1n1', destroy: 'S4EWNX0\n(quite safe)' };
    dialog.button = 0;
    expect(await desktop.confirmOverwriting(what)).toBe(false);
    dialog.button = 1;
    expect(await desktop.confirmOverwriting(what)).toBe(true);
    expect(dialog.asked.at(-1)).toMatchObject({
      type: 'warning',
      message: 'Overwrite /dev/nvme1n1?',
      detail: expect.stringContaining('as S4EWNX0\ufffd(quite safe).') as string,
      defaultId: 0,
      cancelId: 0,
    });
  });

  it('change nothing where the user chooses nothing', async () => {
    const { page, recent } = await start(bench, { service: withDesktop });
    page.send(request(1, 'desktop.save', { name: 'c', text: '' }));
    page.send(request(2, 'desktop.open', { what: 'run' }));
    page.send(request(3, 'desktop.choose', { what: 'image' }));
    await heard(page, 3);
    expect(frames(page.texts())).toHaveLength(3);
    expect(frames(page.texts())).toEqual(
      expect.arrayContaining([
        { kind: 'result', id: 1, value: { path: null } },
        { kind: 'result', id: 2, value: null },
        { kind: 'result', id: 3, value: { path: null } },
      ]),
    );
    expect(recent.list()).toEqual([]);
  });
});
