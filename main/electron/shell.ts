import type { BrowserWindow, IpcMainEvent, WebContents } from 'electron';
import type * as Electron from 'electron';
import type { UntornService } from '../../core/rpc/index.ts';
import type { Site } from '../web/index.ts';
import { fromService, toService } from './channels.ts';
import { PageChannel } from './page-channel.ts';
import { answer, isOurs, pageUrl, scheme } from './scheme.ts';

/** What the shell uses of Electron; tests put a stand-in here. */
export type ElectronFace = Pick<
  typeof Electron,
  'app' | 'BrowserWindow' | 'ipcMain' | 'Menu' | 'protocol' | 'session'
>;

export interface ShellParts {
  readonly electron: ElectronFace;
  readonly loadSite: () => Promise<Site>;
  readonly service: UntornService;
  /** Resolves once no call is under way and everything that calls made has been removed. */
  readonly settled: () => Promise<void>;
  readonly preloadPath: string;
  readonly iconPath: string;
  readonly onDefect: (error: unknown, procedure: string) => void;
}

/** Module scripts and fonts are fetched as between origins, which a scheme has to take part in. */
const privileges = { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } as const;

/**
 * The desktop app: one window over the same service as everywhere. The page is sandboxed, isolated, cannot leave its
 * own origin, open windows or obtain permissions, and reaches the service through one validated channel.
 */
export async function startShell(parts: ShellParts): Promise<void> {
  const { app, protocol, ipcMain, Menu, session } = parts.electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }]);
  app.on('web-contents-created', (_event, contents) => confine(contents));

  const site = await parts.loadSite();
  await app.whenReady();
  Menu.setApplicationMenu(null);
  denyPermissions(session.defaultSession);
  protocol.handle(scheme, (request) => answer(site, request));

  const window = openWindow(parts);
  const post = (text: string) => {
    if (!window.isDestroyed()) window.webContents.send(fromService, text);
  };
  const channel = new PageChannel(parts.service, post, parts.onDefect);
  ipcMain.on(toService, (event, message: unknown) => {
    if (comesFromPage(event, window)) channel.receive(message);
  });
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) channel.open();
  });
  window.webContents.on('render-process-gone', () => channel.close());
  window.on('closed', () => channel.close());
  app.on('second-instance', () => bringForward(window));
  quitWhenSettled(app, channel, parts.settled);
  await window.loadURL(pageUrl);
}

function openWindow({ electron, preloadPath, iconPath }: ShellParts): BrowserWindow {
  const window = new electron.BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 960,
    minHeight: 560,
    show: false,
    icon: iconPath,
    webPreferences: {
      preload: preloadPath,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  return window;
}

/** Whatever page there is: it stays where it is, opens nothing, embeds nothing. */
function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

function denyPermissions(session: Electron.Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answerWith) => answerWith(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** Only the main frame of our window, and only while it shows our page. */
function comesFromPage({ sender, senderFrame }: IpcMainEvent, window: BrowserWindow): boolean {
  if (window.isDestroyed() || sender !== window.webContents || senderFrame === null) return false;
  return senderFrame === window.webContents.mainFrame && isOurs(senderFrame.url);
}

function bringForward(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** A run that is under way is cancelled, and has cleaned up, before the process ends. */
function quitWhenSettled(app: Electron.App, channel: PageChannel, settled: () => Promise<void>): void {
  let mayQuit = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (mayQuit) return;
    event.preventDefault();
    channel.close();
    void settled().finally(() => {
      mayQuit = true;
      app.quit();
    });
  });
}
