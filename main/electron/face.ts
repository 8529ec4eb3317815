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

/** What listeners of each event are given. */
type Events<Names> = Record<keyof Names, unknown[]>;
type Listen<Names extends Events<Names>> = {
  [Name in keyof Names]: (event: Name, listener: (...given: Names[Name]) => void) => unknown;
}[keyof Names];
type All<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer Every) => void
  ? Every
  : never;
/**
 * `on`, once for each event, as Electron declares it. These are types of functions and not of methods, so that the
 * compiler is strict about what a listener expects: never more than Electron says.
 */
type On<Names extends Events<Names>> = All<Listen<Names>>;

export interface Preventable {
  preventDefault(): void;
}

export interface AppEvents {
  'window-all-closed': [];
  'will-quit': [event: Preventable];
  'second-instance': [event: Preventable, argv: string[], folder: string, data: unknown];
  'web-contents-created': [event: Preventable, contents: ConfinableContents];
}

export interface AppFace extends Pick<
  Electron.App,
  'enableSandbox' | 'exit' | 'isPackaged' | 'quit' | 'requestSingleInstanceLock'
> {
  readonly commandLine: Pick<Electron.CommandLine, 'appendSwitch'>;
  readonly on: On<AppEvents>;
  whenReady(): Promise<unknown>;
}

export interface ConfinableEvents {
  'will-navigate': [event: Preventable];
  'will-frame-navigate': [event: Preventable];
  'will-redirect': [event: Preventable];
  'will-attach-webview': [event: Preventable];
}

/** The parts of any page's contents that confine it. */
export interface ConfinableContents {
  readonly on: On<ConfinableEvents>;
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
  setWebRTCIPHandlingPolicy(policy: 'disable_non_proxied_udp'): void;
}

export interface PageEvents {
  'did-start-navigation': [details: { readonly isMainFrame: boolean; readonly isSameDocument: boolean }];
  'render-process-gone': [event: Preventable, details: Pick<Electron.RenderProcessGoneDetails, 'reason'>];
  'did-finish-load': [];
}

/** The contents of the one page. */
export interface ContentsFace extends Pick<Electron.WebContents, 'reload' | 'send' | 'setZoomFactor'> {
  readonly mainFrame: FrameFace;
  readonly on: On<PageEvents>;
}

export interface FrameFace {
  readonly url: string;
}

export interface WindowEvents {
  resize: [];
  move: [];
  maximize: [];
  unmaximize: [];
  close: [event: Preventable];
  closed: [];
  'ready-to-show': [];
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
  readonly on: On<Omit<WindowEvents, 'ready-to-show'>>;
  readonly once: On<Pick<WindowEvents, 'ready-to-show'>>;
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
  readonly on: (channel: string, listener: (event: MessageEvent, message: unknown) => void) => unknown;
}

interface MenuFace<Menu> {
  buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): Menu;
  setApplicationMenu(menu: Menu | null): void;
}

export interface SessionEvents {
  'will-download': [event: Preventable, item: { getURL(): string }];
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
  readonly on: On<SessionEvents>;
}
