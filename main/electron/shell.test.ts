import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { contract } from '../../core/rpc/index.ts';
import { RpcError } from '../../core/rpc/index.ts';
import { pageOf, site, startApp, type AppOptions } from '../../test/support/electron/app.ts';
import { FakeContents, FakeElectron } from '../../test/support/electron/fake.ts';
import { serviceWith } from '../../test/support/service.ts';
import { desktopProcedures } from '../service/desktop.ts';
import { answer, isOurs } from './scheme.ts';

let folder: string;
let electron: FakeElectron;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'untorn-test-'));
  electron = new FakeElectron();
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

let pendingRelease = (): void => undefined;
const service = serviceWith({
  'examples.list': () => Promise.resolve([]),
  'plan.run': (_input, { cancellation }) =>
    new Promise((_resolve, reject) => {
      cancellation.onRequest(() => {
        pendingRelease();
        reject(new RpcError('cancelled', 'cancelled'));
      });
    }),
});

async function start(options: Partial<AppOptions> = {}) {
  const { window, ...rest } = await startApp({ folder, service, electron, ...options });
  if (!window) throw new Error('no window');
  return { window, page: pageOf(electron, window), ...rest };
}

/** With the service's real part that is about the desktop. */
const withDesktop: AppOptions['service'] = (desktop, recent) =>
  serviceWith(desktopProcedures(desktop, recent, [{ name: 'Untorn', version: '1' }]));

/** Waits until the page has heard so much; a busy machine takes its time. */
const heard = (page: ReturnType<typeof pageOf>, count: number) =>
  vi.waitFor(() => expect(page.texts()).toHaveLength(count), { timeout: 10_000 });

const settle = () => new Promise((resolve) => setImmediate(resolve));
const request = (id: number, procedure: keyof typeof contract = 'examples.list', input: unknown = {}) =>
  JSON.stringify({ kind: 'request', id, procedure, input });
const frames = (texts: readonly unknown[]) => texts.map((text) => JSON.parse(String(text)) as unknown);

describe('the window', () => {
  it('is sandboxed and isolated, and shows our page', async () => {
    const { window } = await start();
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
    expect(electron.app.sandboxed).toBe(true);
    expect(electron.protocol.schemes).toMatchObject([
      { scheme: 'untorn', privileges: { standard: true, secure: true } },
    ]);
    expect(electron.protocol.schemes[0]?.privileges).not.toHaveProperty('bypassCSP');
  });

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'denies %s, to any contents',
    async (name) => {
      const { window } = await start();
      const another = new FakeContents();
      electron.app.emit('web-contents-created', {}, another);
      for (const contents of [window.webContents, another]) {
        const preventDefault = vi.fn();
        contents.emit(name, { preventDefault });
        expect(preventDefault).toHaveBeenCalledOnce();
      }
    },
  );

  it('opens no other window', async () => {
    const { window } = await start();
    expect(window.webContents.openHandler?.()).toEqual({ action: 'deny' });
  });

  it('is asked for again by the user where its process is gone, and cancels what was under way', async () => {
    const { window, page } = await start();
    const cancelled = new Promise<void>((resolve) => (pendingRelease = resolve));
    page.send(request(1, 'plan.run', { text: '{}' }));
    await settle();
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    await cancelled;
    await settle();
    expect(window.webContents.reloads).toBe(1);
    electron.dialog.button = 1;
    window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
    await settle();
    expect([window.webContents.reloads, electron.app.quits]).toEqual([1, 1]);
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(electron.dialog.asked).toHaveLength(2);
  });
});

describe('the session', () => {
  it('grants our own page notifications and copying, and nobody anything else', async () => {
    await start();
    const session = electron.session.defaultSession;
    expect(session.grants('notifications', 'untorn://app/')).toBe(true);
    expect(session.grants('clipboard-sanitized-write', 'untorn://app/')).toBe(true);
    expect(session.grants('notifications', 'https://evil.example/')).toBe(false);
    expect(session.grants('notifications', 'untorn://app.evil.example/')).toBe(false);
    expect(session.grants('notifications', 'untorn://app/', false)).toBe(false);
    for (const permission of ['media', 'geolocation', 'clipboard-read', 'openExternal', 'fileSystem', 'usb'])
      expect(session.grants(permission, 'untorn://app/')).toBe(false);
    expect(session.deviceHandler?.()).toBe(false);
  });

  it('reaches nothing outside of the app', async () => {
    await start();
    const session = electron.session.defaultSession;
    expect(
      ['untorn://app/', 'blob:untorn://app/1', 'data:image/png,'].filter((url) => !session.lets(url)),
    ).toEqual([]);
    const outside = [
      'http://a/',
      'https://a/',
      'ws://127.0.0.1/',
      'wss://a/',
      'file:///etc/passwd',
      'ftp://a/',
      '?',
    ];
    expect(outside.filter((url) => session.lets(url))).toEqual([]);
    expect(session.spellChecker).toBe(false);
    expect(electron.app.switches).toContain('disable-background-networking');
  });

  it('downloads what the page made, and nothing else', async () => {
    await start();
    const refused = (url: string) => {
      const preventDefault = vi.fn();
      electron.session.defaultSession.emit('will-download', { preventDefault }, { getURL: () => url });
      return preventDefault.mock.calls.length === 1;
    };
    expect(refused('blob:untorn://app/0b6e')).toBe(false);
    for (const url of [
      'https://evil.example/x',
      'untorn://app/',
      'blob:https://evil.example/1',
      'data:text/plain,x',
    ])
      expect(refused(url)).toBe(true);
  });
});

describe('the scheme', () => {
  it('answers with the page and a strict policy', async () => {
    await start();
    const response = await electron.protocol.handlers.get('untorn')?.(new Request('untorn://app/'));
    expect(await response?.text()).toBe('page');
    const policy = response?.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it.each([
    ['untorn://app/../package.json', 404],
    ['untorn://app/%2e%2e/package.json', 404],
    ['untorn://other/', 403],
    ['untorn://app:80/', 403],
    ['untorn://user@app/', 403],
    ['file:///etc/passwd', 403],
  ])('refuses %s', (url, status) => {
    expect(answer(site, { url, method: 'GET' }).status).toBe(status);
  });

  it('takes only GET', () => {
    expect(answer(site, { url: 'untorn://app/', method: 'POST' }).status).toBe(405);
    expect(isOurs('not an address')).toBe(false);
  });
});

describe('the channel', () => {
  it('carries the contract', async () => {
    const { page } = await start();
    page.send(request(1));
    await settle();
    expect(page.texts()).toEqual(['{"kind":"result","id":1,"value":[]}']);
  });

  it.each([
    ['another window', { sender: new FakeContents() }],
    ['another frame', { senderFrame: { url: 'untorn://app/' } }],
    ['a frame that is gone', { senderFrame: null }],
  ])('does not hear %s', async (_, from) => {
    const { page } = await start();
    page.send(request(1), from);
    await settle();
    expect(page.texts()).toEqual([]);
  });

  it('does not hear its own frame on another page', async () => {
    const { window, page } = await start();
    window.webContents.mainFrame.url = 'https://evil.example/';
    page.send(request(1));
    await settle();
    expect(page.texts()).toEqual([]);
  });

  it('refuses what is not a text', async () => {
    const { page } = await start();
    page.send({ kind: 'request' });
    await settle();
    expect(frames(page.texts())).toMatchObject([{ kind: 'error', id: null, error: { code: 'malformed' } }]);
  });

  it('begins anew with each load, and cancels what the page before it had under way', async () => {
    const { window, page } = await start();
    const cancelled = new Promise<void>((resolve) => (pendingRelease = resolve));
    page.send(request(7, 'plan.run', { text: '{}' }));
    await settle();
    window.webContents.navigate('untorn://app/');
    await cancelled;
    await settle();
    expect(page.texts()).toEqual([]);
    page.send(request(1));
    await settle();
    expect(page.texts()).toHaveLength(1);
  });

  it('is quiet once the window is gone', async () => {
    const { window, page } = await start();
    window.close();
    page.send(request(1));
    await settle();
    expect(page.texts()).toEqual([]);
  });
});

describe('a second start', () => {
  it('leaves it to the first, and hands over its files', async () => {
    electron.app.first = false;
    const { window } = await startApp({ folder, service, electron, files: ['/a.untorn.json'] });
    expect([window, electron.app.quits]).toEqual([null, 1]);
    expect(electron.app.lockData).toEqual({ files: ['/a.untorn.json'] });
  });

  it('brings the first forward, which opens the files', async () => {
    const plan = join(folder, 'a.untorn.json');
    await writeFile(plan, '{ "version": 1 }');
    const { window, page, recent } = await start({ service: withDesktop });
    window.minimised = true;
    page.send(request(1, 'desktop.watch'));
    electron.app.emit('second-instance', {}, ['untorn', '/etc/passwd'], '/', { files: [plan, '/no/such'] });
    await heard(page, 2);
    expect([window.focused, window.minimised]).toEqual([true, false]);
    expect(frames(page.texts())).toMatchObject([
      { event: { kind: 'opened', file: { path: plan, name: 'a.untorn.json', text: '{ "version": 1 }' } } },
      { event: { kind: 'unreadable', path: '/no/such' } },
    ]);
    expect(recent.list().map(({ path }) => path)).toEqual([plan]);
  });

  it.each([null, 'x', { files: 'x' }, { files: ['relative'] }, { files: Array(99).fill('/a') }])(
    'is not believed where it hands over %j',
    async (data) => {
      const { window, page } = await start({ service: withDesktop });
      page.send(request(1, 'desktop.watch'));
      electron.app.emit('second-instance', {}, [], '/', data);
      await settle();
      expect(window.focused).toBe(true);
      expect(page.texts()).toEqual([]);
    },
  );
});

describe('what the user does outside of the page', () => {
  it('waits until a page listens', async () => {
    const plan = join(folder, 'b.json');
    await writeFile(plan, '{}');
    const { page } = await start({ service: withDesktop, files: [plan] });
    electron.chooseItem('Lab', 'Predict the plan');
    page.send(request(1, 'desktop.watch'));
    await heard(page, 2);
    expect(frames(page.texts())).toMatchObject([
      { event: { kind: 'opened', file: { path: plan } } },
      { event: { kind: 'command', id: 'lab.predict' } },
    ]);
  });

  it('opens a recent file from the menu, and forgets them', async () => {
    const plan = join(folder, 'R&D.json');
    await writeFile(plan, '{}');
    const { page, recent } = await start({ service: withDesktop });
    expect(electron.menuItem('File', 'Open recent').enabled).toBe(false);
    recent.remember(plan);
    const items = electron.menuItem('File', 'Open recent').submenu;
    if (!Array.isArray(items)) throw new Error('no recent files');
    expect(items.map(({ label }) => label)).toEqual([plan.replace('&', '&&'), undefined, 'Forget these']);
    page.send(request(1, 'desktop.watch'));
    await settle();
    (items[0]?.click as (() => void) | undefined)?.();
    await heard(page, 1);
    (items[2]?.click as (() => void) | undefined)?.();
    expect(recent.list()).toEqual([]);
    expect(electron.menuItem('File', 'Open recent').enabled).toBe(false);
  });
});

describe('dialogs', () => {
  it('read and write what the user chose', async () => {
    const path = join(folder, 'c.untorn.json');
    const { page, recent } = await start({ service: withDesktop });
    electron.dialog.path = path;
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
    expect(electron.dialog.asked).toMatchObject([
      { defaultPath: 'c.untorn.json', properties: ['showOverwriteConfirmation'] },
      { title: 'Open a plan' },
      { defaultPath: '/dev' },
    ]);
  });

  it('change nothing where the user chooses nothing', async () => {
    const { page, recent } = await start({ service: withDesktop });
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

describe('the state of the window', () => {
  it('is kept soon after a change, and comes back', async () => {
    vi.useFakeTimers();
    const { window } = await start();
    window.bounds = { x: 10, y: 40, width: 1200, height: 700 };
    window.emit('resize');
    electron.chooseItem('View', 'Zoom in');
    vi.advanceTimersByTime(499);
    await expect(readFile(join(folder, 'window.json'), 'utf8')).rejects.toThrow('ENOENT');
    vi.advanceTimersByTime(1);
    const kept: unknown = JSON.parse(await readFile(join(folder, 'window.json'), 'utf8'));
    expect(kept).toEqual({ bounds: window.bounds, maximised: false, fullScreen: false, zoom: 1.1 });
    const { window: next } = await start();
    expect(next.bounds).toEqual(window.bounds);
    expect(next.webContents.zoom).toBe(1.1);
    next.maximize();
    next.close();
    const { window: last } = await start();
    expect(last.maximised).toBe(true);
    expect(last.bounds).toEqual(window.bounds);
  });

  it('survives a reload of the page', async () => {
    const { window } = await start();
    electron.chooseItem('View', 'Zoom out');
    window.webContents.navigate('untorn://app/');
    expect(window.webContents.zoom).toBe(0.9);
    electron.chooseItem('View', 'Usual size');
    expect(window.webContents.zoom).toBe(1);
  });

  it('is the usual one where the file is damaged', async () => {
    await writeFile(join(folder, 'window.json'), '{"bounds":{"x":1e999}}');
    const { window } = await start();
    expect(window.options).toMatchObject({ width: 1440, height: 900 });
    expect(window.options.x).toBeUndefined();
  });
});

describe('quitting', () => {
  it('waits until what is under way has cleaned up', async () => {
    let finish = (): void => undefined;
    const settled = new Promise<void>((resolve) => (finish = resolve));
    await start({ settled: () => settled });
    const { app } = electron;
    app.emit('window-all-closed');
    expect(app.quits).toBe(1);
    const preventDefault = vi.fn();
    app.emit('will-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
    await settle();
    expect(app.quits).toBe(1);
    finish();
    await settle();
    expect(app.quits).toBe(2);
    app.emit('will-quit', { preventDefault });
    expect(preventDefault).toHaveBeenCalledOnce();
  });
});
