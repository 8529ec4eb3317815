import { EventEmitter } from 'node:events';
import type * as Electron from 'electron';
import type { DialogFace, ElectronFace, MessageEvent } from '../../../main/electron/face.ts';
import { FakeApp } from './fake-app.ts';
import { FakeProtocol, FakeSession } from './fake-session.ts';
import { FakeWindow } from './fake-window.ts';

/**
 * A stand-in for what the shell uses of Electron. The compiler holds it to ElectronFace, whose members are picked from
 * Electron's own types and to which entry.ts hands Electron itself: neither can drift from the other.
 */
export class FakeElectron implements ElectronFace<FakeWindow, FakeMenu> {
  readonly app = new FakeApp();
  /** All that were ever made. */
  readonly windows: FakeWindow[] = [];
  readonly dialog = new FakeDialog();
  readonly ipcMain = new FakeIpcMain();
  readonly protocol = new FakeProtocol(this.app);
  readonly BrowserWindow: new (options: Electron.BrowserWindowConstructorOptions) => FakeWindow;
  readonly Menu = {
    buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]): FakeMenu => ({ template }),
    setApplicationMenu: (menu: FakeMenu | null) => {
      this.menu = menu;
    },
  };
  readonly session = this.onceReady({ defaultSession: new FakeSession() });
  readonly screen = this.onceReady({
    getAllDisplays: () => this.workAreas.map((workArea) => ({ workArea })),
  });
  workAreas: Electron.Rectangle[] = [{ x: 0, y: 24, width: 1920, height: 1056 }];
  menu: FakeMenu | null = null;

  constructor() {
    const { app, windows } = this;
    this.BrowserWindow = class extends FakeWindow {
      constructor(options: Electron.BrowserWindowConstructorOptions) {
        super(app, options);
        windows.push(this);
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

  /** Chooses an item, as a user does. */
  chooseItem(menu: string, label: string): void {
    choose(this.menuItem(menu, label));
  }

  /** A module of which Electron lets nothing be taken before the app is ready. */
  private onceReady<T extends object>(module: T): T {
    return new Proxy(module, {
      get: (target, name) => {
        if (!this.app.isReady) throw new Error(`${String(name)} cannot be used before the app is ready`);
        return Reflect.get(target, name) as unknown;
      },
    });
  }
}

/** Items are made for their commands alone and look at none of the arguments. */
export function choose({ click }: Electron.MenuItemConstructorOptions): void {
  (click as (() => void) | undefined)?.();
}

export interface FakeMenu {
  readonly template: readonly Electron.MenuItemConstructorOptions[];
}

class FakeDialog implements DialogFace<FakeWindow> {
  readonly asked: (Electron.OpenDialogOptions | Electron.SaveDialogOptions | Electron.MessageBoxOptions)[] =
    [];
  /** What the user chooses next; null for nothing. */
  path: string | null = null;
  button = 0;
  /** Called while a box is open, as what happens behind it. */
  meanwhile = (): void => undefined;

  showOpenDialog(window: FakeWindow, options: Electron.OpenDialogOptions) {
    this.ask(window, options);
    return Promise.resolve({
      canceled: this.path === null,
      filePaths: this.path === null ? [] : [this.path],
    });
  }
  showSaveDialog(window: FakeWindow, options: Electron.SaveDialogOptions) {
    this.ask(window, options);
    return Promise.resolve({ canceled: this.path === null, filePath: this.path ?? '' });
  }
  showMessageBox(window: FakeWindow, options: Electron.MessageBoxOptions) {
    this.ask(window, options);
    return Promise.resolve({ response: this.button });
  }

  private ask(window: FakeWindow, options: (typeof this.asked)[number]): void {
    if (window.isDestroyed()) throw new TypeError('Object has been destroyed');
    this.asked.push(options);
    this.meanwhile();
  }
}

class FakeIpcMain extends EventEmitter<Record<string, [event: MessageEvent, message: unknown]>> {
  /** A message as it comes from a page, of which Electron says who sent it. */
  deliver(channel: string, event: MessageEvent, message: unknown): void {
    this.emit(channel, event, structuredClone(message));
  }
}
