import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { UntornService } from '../../core/rpc/index.ts';
import type { Site } from '../web/index.ts';
import { fromService, toService } from './channels.ts';
import { answer, isOurs } from './scheme.ts';
import { startShell, type ElectronFace } from './shell.ts';

/** A stand-in with the parts of Electron that the shell uses, checked against Electron's own types. */
class FakeContents extends EventEmitter {
  readonly mainFrame = { url: 'untorn://app/' };
  readonly sent: unknown[][] = [];
  openHandler: (() => { action: string }) | null = null;
  setWindowOpenHandler(handler: () => { action: string }) {
    this.openHandler = handler;
  }
  send(...args: unknown[]) {
    this.sent.push(args);
  }
}

class FakeWindow extends EventEmitter {
  static made: FakeWindow[] = [];
  readonly webContents = new FakeContents();
  readonly options: Electron.BrowserWindowConstructorOptions;
  destroyed = false;
  focused = false;
  loaded: string[] = [];
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    FakeWindow.made.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  isDestroyed() {
    return this.destroyed;
  }
  isMinimized() {
    return true;
  }
  restore = vi.fn();
  show = vi.fn();
  focus() {
    this.focused = true;
  }
  loadURL(url: string) {
    this.loaded.push(url);
    this.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    return Promise.resolve();
  }
}

const makeApp = () =>
  Object.assign(new EventEmitter(), {
    quits: 0,
    sandboxed: false,
    first: true,
    requestSingleInstanceLock() {
      return this.first;
    },
    enableSandbox() {
      this.sandboxed = true;
    },
    whenReady: () => Promise.resolve(),
    quit() {
      this.quits++;
    },
  });

let app = makeApp();
let ipcMain = new EventEmitter();
let handled = new Map<string, (request: Request) => Response>();
let permissions: Record<string, (...args: never[]) => unknown> = {};
let privileged: unknown[] = [];

const site: Site = new Map([
  ['/', { body: Buffer.from('page'), contentType: 'text/html; charset=utf-8', immutable: false }],
]);

let pendingRelease = (): void => undefined;
const service = {
  'examples.list': () => Promise.resolve([]),
  'plan.run': (
    _input: unknown,
    { cancellation }: { cancellation: { onRequest(listener: () => void): void } },
  ) =>
    new Promise((_resolve, reject) => {
      cancellation.onRequest(() => {
        pendingRelease();
        reject(new Error('cancelled'));
      });
    }),
} as unknown as UntornService;

async function start(settled: () => Promise<void> = () => Promise.resolve()) {
  const electron = {
    app,
    BrowserWindow: FakeWindow,
    ipcMain,
    Menu: { setApplicationMenu: vi.fn() },
    protocol: {
      registerSchemesAsPrivileged: (schemes: unknown[]) => privileged.push(...schemes),
      handle: (scheme: string, handler: (request: Request) => Response) => handled.set(scheme, handler),
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: never) => (permissions['request'] = handler),
        setPermissionCheckHandler: (handler: never) => (permissions['check'] = handler),
        setDevicePermissionHandler: (handler: never) => (permissions['device'] = handler),
      },
    },
  } as unknown as ElectronFace;
  await startShell({
    electron,
    loadSite: () => Promise.resolve(site),
    service,
    settled,
    preloadPath: '/preload.cjs',
    iconPath: '/icon.png',
    onDefect: () => undefined,
  });
  return FakeWindow.made.at(-1) as FakeWindow;
}

beforeEach(() => {
  app = makeApp();
  ipcMain = new EventEmitter();
  handled = new Map();
  permissions = {};
  privileged = [];
  FakeWindow.made = [];
});

const settle = () => new Promise((resolve) => setImmediate(resolve));
const request = (id: number, procedure = 'examples.list', input: unknown = {}) =>
  JSON.stringify({ kind: 'request', id, procedure, input });

function send(window: FakeWindow, message: unknown, change: object = {}) {
  const event = { sender: window.webContents, senderFrame: window.webContents.mainFrame, ...change };
  ipcMain.emit(toService, event, message);
  return settle();
}

describe('the window', () => {
  it('is sandboxed and isolated, and shows our page', async () => {
    const window = await start();
    expect(window.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(window.loaded).toEqual(['untorn://app/']);
    expect(app.sandboxed).toBe(true);
    expect(privileged).toMatchObject([{ scheme: 'untorn', privileges: { standard: true, secure: true } }]);
  });

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'denies %s',
    async (name) => {
      const { webContents } = await start();
      const preventDefault = vi.fn();
      webContents.emit(name, { preventDefault });
      expect(preventDefault).toHaveBeenCalledOnce();
    },
  );

  it('opens no other window and grants no permission', async () => {
    const { webContents } = await start();
    expect(webContents.openHandler?.()).toEqual({ action: 'deny' });
    const granted = vi.fn();
    permissions['request']?.(...([null, 'media', granted] as never[]));
    expect(granted).toHaveBeenCalledWith(false);
    expect(permissions['check']?.()).toBe(false);
    expect(permissions['device']?.()).toBe(false);
  });

  it('is the only one: a second start brings it forward', async () => {
    const window = await start();
    app.emit('second-instance');
    expect(window.focused).toBe(true);
    app.first = false;
    const count = FakeWindow.made.length;
    await start();
    expect([FakeWindow.made.length, app.quits]).toEqual([count, 1]);
  });
});

describe('the scheme', () => {
  it('answers with the page and a strict policy', async () => {
    await start();
    const response = handled.get('untorn')?.(new Request('untorn://app/'));
    expect(await response?.text()).toBe('page');
    expect(response?.headers.get('content-security-policy')).toContain("connect-src 'none'");
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
    const window = await start();
    await send(window, request(1));
    expect(window.webContents.sent).toEqual([[fromService, '{"kind":"result","id":1,"value":[]}']]);
  });

  it.each([
    ['another window', { sender: new FakeContents() }],
    ['another frame', { senderFrame: { url: 'untorn://app/' } }],
    ['a frame that is gone', { senderFrame: null }],
  ])('does not hear %s', async (_, change) => {
    const window = await start();
    await send(window, request(1), change);
    expect(window.webContents.sent).toEqual([]);
  });

  it('does not hear its own frame on another page', async () => {
    const window = await start();
    window.webContents.mainFrame.url = 'https://evil.example/';
    await send(window, request(1));
    expect(window.webContents.sent).toEqual([]);
  });

  it('refuses what is not a text', async () => {
    const window = await start();
    await send(window, { kind: 'request' });
    expect(String(window.webContents.sent[0]?.[1])).toContain('malformed');
  });

  it('begins anew with each load, and cancels what the page before it had under way', async () => {
    const window = await start();
    const cancelled = new Promise<void>((resolve) => (pendingRelease = resolve));
    await send(window, request(7, 'plan.run', { text: '{}' }));
    window.webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    await cancelled;
    await settle();
    expect(window.webContents.sent).toEqual([]);
    await send(window, request(1));
    expect(window.webContents.sent).toHaveLength(1);
  });

  it('is quiet once the window is gone', async () => {
    const window = await start();
    window.destroyed = true;
    window.emit('closed');
    await send(window, request(1));
    expect(window.webContents.sent).toEqual([]);
  });
});

describe('quitting', () => {
  it('waits until what is under way has cleaned up', async () => {
    let finish = (): void => undefined;
    const settled = new Promise<void>((resolve) => (finish = resolve));
    await start(() => settled);
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
