import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type {
  AppFace,
  ContentsFace,
  DialogFace,
  ElectronFace,
  FrameFace,
  MessageEvent,
  SessionFace,
  WindowFace,
} from '../../../main/electron/face.ts';

/**
 * A stand-in for what the shell uses of Electron. The compiler holds it to ElectronFace, whose members are picked from
 * Electron's own types and to which entry.ts hands Electron itself: neither can drift from the other.
 */
export class FakeElectron implements ElectronFace<FakeWindow, FakeMenu> {
  readonly app = new FakeApp();
  readonly windows: FakeWindow[] = [];
  readonly dialog = new FakeDialog();
  readonly ipcMain = new FakeIpcMain();
  readonly session = { defaultSession: new FakeSession() };
  readonly protocol = new FakeProtocol();
  readonly screen = { getAllDisplays: () => this.workAreas.map((workArea) => ({ workArea })) };
  readonly BrowserWindow: new (options: Electron.BrowserWindowConstructorOptions) => FakeWindow;
  readonly Menu = {
    buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]): FakeMenu => ({ template }),
    setApplicationMenu: (menu: FakeMenu | null) => {
      this.menu = menu;
    },
  };
  workAreas: Electron.Rectangle[] = [{ x: 0, y: 24, width: 1920, height: 1056 }];
  menu: FakeMenu | null = null;

  constructor() {
    const { app, windows } = this;
    this.BrowserWindow = class extends FakeWindow {
      constructor(options: Electron.BrowserWindowConstructorOptions) {
        super(options);
        windows.push(this);
        app.emit('web-contents-created', {}, this.webContents);
      }
    };
  }

  /** The item of the menu bar with this label. */
  menuItem(menu: string, label: string): Electron.MenuItemConstructorOptions {
    const items = this.menu?.template.find((one) => one.label?.replace('&', '') === menu)?.submenu;
    const found = Array.isArray(items) ? items.find((one) => one.label === label) : undefined;
    if (!found) throw new Error(`no ${label} in the menu ${menu}`);
    return found;
  }

  /** Chooses an item, as a user does. Items are made for their commands alone and look at none of the arguments. */
  chooseItem(menu: string, label: string): void {
    const click: (() => void) | undefined = this.menuItem(menu, label).click as (() => void) | undefined;
    click?.();
  }
}

export interface FakeMenu {
  readonly template: readonly Electron.MenuItemConstructorOptions[];
}

class FakeApp extends EventEmitter implements AppFace {
  isPackaged = true;
  /** Whether this is the first instance; what the lock was asked with. */
  first = true;
  lockData: unknown = null;
  quits = 0;
  exits: (number | undefined)[] = [];
  sandboxed = false;
  readonly switches: string[] = [];
  readonly commandLine = { appendSwitch: (name: string) => void this.switches.push(name) };

  requestSingleInstanceLock(data?: Record<string, unknown>): boolean {
    this.lockData = data;
    return this.first;
  }
  enableSandbox(): void {
    this.sandboxed = true;
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  quit(): void {
    this.quits++;
  }
  exit(code?: number): void {
    this.exits.push(code);
  }
}

export class FakeContents extends EventEmitter implements ContentsFace {
  readonly mainFrame: { url: string } & FrameFace = { url: '' };
  readonly sent: { readonly channel: string; readonly args: readonly unknown[] }[] = [];
  /** False where a test sends more than it could keep. */
  keepsSent = true;
  /** Hears every message to the page, as ipcRenderer does. */
  onSent: (channel: string, ...args: unknown[]) => void = () => undefined;
  openHandler: (() => { action: 'deny' }) | null = null;
  zoom = 1;
  reloads = 0;

  setWindowOpenHandler(handler: () => { action: 'deny' }): void {
    this.openHandler = handler;
  }
  send(channel: string, ...args: unknown[]): void {
    // Electron copies what it sends, and refuses what cannot be copied.
    const copies = structuredClone(args);
    if (this.keepsSent) this.sent.push({ channel, args: copies });
    this.onSent(channel, ...copies);
  }
  setZoomFactor(factor: number): void {
    this.zoom = factor;
  }
  reload(): void {
    this.reloads++;
    this.navigate(this.mainFrame.url);
  }
  navigate(url: string): void {
    this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    this.mainFrame.url = url;
    this.zoom = 1;
    this.emit('did-finish-load');
  }
}

export class FakeWindow extends EventEmitter implements WindowFace {
  readonly webContents = new FakeContents();
  readonly options: Electron.BrowserWindowConstructorOptions;
  bounds: Electron.Rectangle;
  destroyed = false;
  focused = false;
  shown = false;
  minimised = false;
  maximised = false;
  fullScreen = false;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    const { x = 100, y = 100, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  isMinimized(): boolean {
    return this.minimised;
  }
  isMaximized(): boolean {
    return this.maximised;
  }
  isFullScreen(): boolean {
    return this.fullScreen;
  }
  getNormalBounds(): Electron.Rectangle {
    return { ...this.bounds };
  }
  maximize(): void {
    this.maximised = true;
    this.emit('maximize');
  }
  setFullScreen(flag: boolean): void {
    this.fullScreen = flag;
  }
  restore(): void {
    this.minimised = false;
  }
  show(): void {
    this.shown = true;
  }
  focus(): void {
    this.focused = true;
  }
  async loadURL(url: string): Promise<void> {
    this.webContents.navigate(url);
    this.emit('ready-to-show');
    return Promise.resolve();
  }
  /** What the user's click on the cross does. */
  close(): void {
    this.emit('close');
    this.destroyed = true;
    this.emit('closed');
  }
}

class FakeDialog implements DialogFace<FakeWindow> {
  readonly asked: (Electron.OpenDialogOptions | Electron.SaveDialogOptions | Electron.MessageBoxOptions)[] =
    [];
  /** What the user chooses next; null for nothing. */
  path: string | null = null;
  button = 0;

  showOpenDialog(_window: FakeWindow, options: Electron.OpenDialogOptions) {
    this.asked.push(options);
    return Promise.resolve({
      canceled: this.path === null,
      filePaths: this.path === null ? [] : [this.path],
    });
  }
  showSaveDialog(_window: FakeWindow, options: Electron.SaveDialogOptions) {
    this.asked.push(options);
    return Promise.resolve({ canceled: this.path === null, filePath: this.path ?? '' });
  }
  showMessageBox(_window: FakeWindow, options: Electron.MessageBoxOptions) {
    this.asked.push(options);
    return Promise.resolve({ response: this.button });
  }
}

class FakeIpcMain extends EventEmitter {
  /** A message as it comes from a page, of which Electron says who sent it. */
  deliver(channel: string, event: MessageEvent, message: unknown): void {
    this.emit(channel, event, structuredClone(message));
  }
}

class FakeProtocol implements Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'> {
  readonly schemes: Electron.CustomScheme[] = [];
  readonly handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    this.schemes.push(...schemes);
  }
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    this.handlers.set(scheme, handler);
  }
}

type Handler<Method extends keyof SessionFace> = SessionFace[Method] extends (handler: infer H) => void
  ? H | null
  : never;

class FakeSession extends EventEmitter implements SessionFace {
  requestHandler: Handler<'setPermissionRequestHandler'> = null;
  checkHandler: Handler<'setPermissionCheckHandler'> = null;
  deviceHandler: Handler<'setDevicePermissionHandler'> = null;
  spellChecker = true;
  beforeRequest: Parameters<SessionFace['webRequest']['onBeforeRequest']>[0] | null = null;
  readonly webRequest: SessionFace['webRequest'] = {
    onBeforeRequest: (listener) => {
      this.beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: Handler<'setPermissionRequestHandler'>): void {
    this.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: Handler<'setPermissionCheckHandler'>): void {
    this.checkHandler = handler;
  }
  setDevicePermissionHandler(handler: Handler<'setDevicePermissionHandler'>): void {
    this.deviceHandler = handler;
  }
  setSpellCheckerEnabled(enable: boolean): void {
    this.spellChecker = enable;
  }

  /** Whether a request of the page's would go out. */
  lets(url: string): boolean {
    let cancelled = false;
    this.beforeRequest?.({ url }, ({ cancel }) => (cancelled = cancel));
    return !cancelled;
  }
  /** Whether a page of that origin would get the permission, as both of Electron's questions are answered. */
  grants(permission: string, origin: string, isMainFrame = true): boolean {
    let granted = false;
    this.requestHandler?.(null, permission, (answer) => (granted = answer), {
      requestingUrl: origin,
      isMainFrame,
    });
    return granted && this.checkHandler?.(null, permission, origin) === true;
  }
}
