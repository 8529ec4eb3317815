import { describe, expect, it } from 'vitest';
import { startApp } from '../../test/support/electron/app.ts';
import { request, setUpBench, settle, start } from '../../test/support/electron/started.ts';
import { serviceWith } from '../../test/support/service.ts';

const bench = setUpBench();

describe('the window', () => {
  it('is sandboxed and isolated, and shows our page', async () => {
    const { window } = await start(bench);
    expect(window.options.webPreferences).toEqual({
      preload: '/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    });
    expect(window.webContents.mainFrame.url).toBe('untorn://app/');
    expect(window.shown).toBe(true);
    expect(bench.electron.app.sandboxed).toBe(true);
    expect(bench.electron.protocol.schemes).toMatchObject([
      { scheme: 'untorn', privileges: { standard: true, secure: true } },
    ]);
    expect(bench.electron.protocol.schemes[0]?.privileges).not.toHaveProperty('bypassCSP');
  });

  it('is asked for again by the user where its process is gone, and cancels what was under way', async () => {
    const { window, page } = await start(bench);
    const { app, dialog } = bench.electron;
    const { webContents } = window;
    const cancelled = new Promise<void>((resolve) => (bench.onCancelled = resolve));
    page.send(request(1, 'plan.run', { text: '{}' }));
    await settle();
    page.loseProcess('crashed');
    await cancelled;
    await settle();
    expect(webContents.reloads).toBe(1);
    page.loseProcess('clean-exit');
    expect(dialog.asked).toHaveLength(1);
    dialog.button = 1;
    page.loseProcess('oom');
    await settle();
    expect([webContents.reloads, dialog.asked.length, app.hasEnded]).toEqual([1, 2, true]);
  });

  it('may be closed while that question stands', async () => {
    const { window, page } = await start(bench);
    bench.electron.dialog.meanwhile = () => window.close();
    page.loseProcess('crashed');
    await settle();
    expect(bench.electron.app.hasEnded).toBe(true);
  });
});

describe('a second start', () => {
  it('leaves it to the first, and hands over its files', async () => {
    const { folder, electron } = bench;
    electron.app.first = false;
    const { window } = await startApp({
      folder,
      service: serviceWith({}),
      electron,
      files: ['/a.untorn.json'],
    });
    expect([window, electron.app.hasEnded]).toEqual([null, true]);
    expect(electron.app.lockData).toEqual({ files: ['/a.untorn.json'] });
    expect(electron.app.switches.size).toBe(0);
  });
});

describe('quitting', () => {
  /** The app with something under way that `finish` ends. */
  async function startBusy() {
    let finish = (): void => undefined;
    const settled = new Promise<void>((resolve) => (finish = resolve));
    const started = await start(bench, { settled: () => settled });
    return { ...started, finish };
  }

  it.each(['the last window is closed', 'the menu says so', 'the session ends'])(
    'waits until what is under way has cleaned up, where %s',
    async (how) => {
      const { window, page, finish } = await startBusy();
      const cancelled = new Promise<void>((resolve) => (bench.onCancelled = resolve));
      page.send(request(1, 'plan.run', { text: '{}' }));
      await settle();
      if (how === 'the last window is closed') window.close();
      else if (how === 'the menu says so') bench.electron.chooseItem('File', 'Quit');
      else bench.electron.app.quit();
      await cancelled;
      await settle();
      expect([window.destroyed, bench.electron.app.hasEnded]).toEqual([true, false]);
      finish();
      await settle();
      expect(bench.electron.app.hasEnded).toBe(true);
    },
  );

  it('asked for twice, waits once', async () => {
    const { finish } = await startBusy();
    const { app } = bench.electron;
    app.quit();
    app.quit();
    await settle();
    expect(app.hasEnded).toBe(false);
    finish();
    await settle();
    expect(app.hasEnded).toBe(true);
  });
});
