import type * as Electron from 'electron';

/**
 * What the shell uses of Electron, and nothing else. Electron's own module has this form, which the compiler checks in
 * entry.ts; the stand-in of the tests has it, which the compiler checks there. Windows and menus are only handed back,
 * so that their types stay open.
 */
export interface ElectronFace<Window extends WindowFace, Menu> {
  readonly app: AppFace;
  readonly BrowserWindow: new (options: Electron.BrowserWindowConstructorOptions) => Window;
  readonly dialog: DialogFace<Window>;
  readonly ipcMain: IpcFace;
  readonly Menu: MenuFace<Menu>;
  readonly protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>;
  readonly screen: { getAllDisplays(): readonly { readonly workArea: Electron.Rectangle }[] };
  readonly session: { readonly defaultSession: SessionFace };
}

type Listener<Args extends readonly unknown[]> = (...args: Args) => void;
interface Preventable {
  preventDefault(): void;
}

export interface AppFace extends Pick<
  Electron.App,
  'enableSandbox' | 'exit' | 'isPackaged' | 'quit' | 'requestSingleInstanceLock'
> {
  readonly commandLine: Pick<Electron.CommandLine, 'appendSwitch'>;
  whenReady(): Promise<unknown>;
  on(event: 'window-all-closed', listener: Listener<[]>): unknown;
  on(event: 'will-quit', listener: Listener<[event: Preventable]>): unknown;
  on(
    event: 'second-instance',
    listener: Listener<[event: unknown, argv: string[], folder: string, data: unknown]>,
  ): unknown;
  on(
    event: 'web-contents-created',
    listener: Listener<[event: unknown, contents: ConfinableContents]>,
  ): unknown;
}

/** The parts of any page's contents that confine it. */
export interface ConfinableContents {
  on(
    event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect' | 'will-attach-webview',
    listener: Listener<[event: Preventable]>,
  ): unknown;
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
}

/** The contents of the one page. */
export interface ContentsFace extends Pick<Electron.WebContents, 'reload' | 'send' | 'setZoomFactor'> {
  readonly mainFrame: FrameFace;
  on(
    event: 'did-start-navigation',
    listener: Listener<[details: { readonly isMainFrame: boolean; readonly isSameDocument: boolean }]>,
  ): unknown;
  on(
    event: 'render-process-gone',
    listener: Listener<[event: unknown, details: Pick<Electron.RenderProcessGoneDetails, 'reason'>]>,
  ): unknown;
  on(event: 'did-finish-load', listener: Listener<[]>): unknown;
}

export interface FrameFace {
  readonly url: string;
}

export interface WindowFace extends Pick<
  Electron.BrowserWindow,
  | 'focus'
  | 'getNormalBounds'
  | 'isDestroyed'
  | 'isFullScreen'
  | 'isMaximized'
  | 'isMinimized'
  | 'loadURL'
  | 'maximize'
  | 'restore'
  | 'setFullScreen'
  | 'show'
> {
  readonly webContents: ContentsFace;
  on(
    event: 'resize' | 'move' | 'maximize' | 'unmaximize' | 'close' | 'closed',
    listener: Listener<[]>,
  ): unknown;
  once(event: 'ready-to-show', listener: Listener<[]>): unknown;
}

export interface DialogFace<Window> {
  showOpenDialog(
    window: Window,
    options: Electron.OpenDialogOptions,
  ): Promise<Pick<Electron.OpenDialogReturnValue, 'canceled' | 'filePaths'>>;
  showSaveDialog(
    window: Window,
    options: Electron.SaveDialogOptions,
  ): Promise<Pick<Electron.SaveDialogReturnValue, 'canceled' | 'filePath'>>;
  showMessageBox(
    window: Window,
    options: Electron.MessageBoxOptions,
  ): Promise<Pick<Electron.MessageBoxReturnValue, 'response'>>;
}

/** A message of some page; which page is decided by {@link ContentsFace.mainFrame}. */
export interface MessageEvent {
  readonly sender: unknown;
  readonly senderFrame: FrameFace | null;
}

interface IpcFace {
  on(channel: string, listener: (event: MessageEvent, message: unknown) => void): unknown;
}

interface MenuFace<Menu> {
  buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): Menu;
  setApplicationMenu(menu: Menu | null): void;
}

export interface SessionFace {
  setPermissionRequestHandler(
    handler:
      | ((
          contents: unknown,
          permission: string,
          answer: (granted: boolean) => void,
          details: { readonly requestingUrl: string; readonly isMainFrame: boolean },
        ) => void)
      | null,
  ): void;
  setPermissionCheckHandler(
    handler: ((contents: unknown, permission: string, origin: string) => boolean) | null,
  ): void;
  setDevicePermissionHandler(handler: (() => boolean) | null): void;
  setSpellCheckerEnabled(enable: boolean): void;
  readonly webRequest: {
    onBeforeRequest(
      listener: (
        details: { readonly url: string },
        answer: (response: { readonly cancel: boolean }) => void,
      ) => void,
    ): void;
  };
  on(event: 'will-download', listener: Listener<[event: Preventable, item: { getURL(): string }]>): unknown;
}
