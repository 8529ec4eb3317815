import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type {
  ConfinableContents,
  ConfinableEvents,
  ContentsFace,
  FrameFace,
  PageEvents,
  WindowEvents,
  WindowFace,
} from '../../../main/electron/face.ts';
import { stoppable, type FakeApp } from './fake-app.ts';

/** The page in a window, as far as the main process sees it. */
export class FakeContents
  extends EventEmitter<PageEvents & ConfinableEvents>
  implements ContentsFace, ConfinableContents
{
  readonly mainFrame: { url: string } & FrameFace = { url: '' };
  readonly sent: { readonly channel: string; readonly args: readonly unknown[] }[] = [];
  /** False where a test sends more than it could keep. */
  keepsSent = true;
  /** Hears every message to the page, as ipcRenderer does. */
  onSent: (channel: string, ...args: unknown[]) => void = () => undefined;
  openHandler: (() => { action: 'deny' }) | null = null;
  webRtcPolicy = 'default';
  zoom = 1;
  reloads = 0;

  setWindowOpenHandler(handler: () => { action: 'deny' }): void {
    this.openHandler = handler;
  }
  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy;
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
    this.show(this.mainFrame.url);
  }

  /** What the main process asks for, which nobody is asked about. */
  show(url: string): void {
    this.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    this.mainFrame.url = url;
    this.zoom = 1;
    this.emit('did-finish-load');
  }
  /** What the page asks for by a link or a script; false where it was prevented. */
  navigate(url: string): boolean {
    for (const name of ['will-frame-navigate', 'will-navigate'] as const) {
      const event = stoppable();
      this.emit(name, event);
      if (event.defaultPrevented) return false;
    }
    this.show(url);
    return true;
  }
}

export class FakeWindow extends EventEmitter<WindowEvents> implements WindowFace {
  readonly options: Electron.BrowserWindowConstructorOptions;
  bounds: Electron.Rectangle;
  destroyed = false;
  focused = false;
  shown = false;
  minimised = false;
  maximised = false;
  fullScreen = false;
  private readonly app: FakeApp;
  private readonly contents = new FakeContents();

  constructor(app: FakeApp, options: Electron.BrowserWindowConstructorOptions) {
    super();
    if (!app.isReady) throw new Error('Cannot create BrowserWindow before app is ready');
    this.app = app;
    this.options = options;
    const { x = 100, y = 100, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
    app.opened(this);
  }
  get webContents(): FakeContents {
    return this.alive().contents;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  isMinimized(): boolean {
    return this.alive().minimised;
  }
  isMaximized(): boolean {
    return this.alive().maximised;
  }
  isFullScreen(): boolean {
    return this.alive().fullScreen;
  }
  getNormalBounds(): Electron.Rectangle {
    return { ...this.alive().bounds };
  }
  maximize(): void {
    this.alive().maximised = true;
    this.emit('maximize');
  }
  setFullScreen(flag: boolean): void {
    this.alive().fullScreen = flag;
  }
  restore(): void {
    this.alive().minimised = false;
  }
  show(): void {
    this.alive().shown = true;
  }
  focus(): void {
    this.alive().focused = true;
  }
  async loadURL(url: string): Promise<void> {
    this.alive().contents.show(url);
    this.emit('ready-to-show');
    return Promise.resolve();
  }
  /** What the user's click on the cross does, and quitting. */
  close(): void {
    const event = stoppable();
    this.alive().emit('close', event);
    if (event.defaultPrevented) {
      this.app.stayedOpen();
      return;
    }
    this.destroyed = true;
    this.emit('closed');
    this.app.closed(this);
  }

  /** Electron's objects throw where what they stand for is gone. */
  private alive(): this {
    if (this.destroyed) throw new TypeError('Object has been destroyed');
    return this;
  }
}
