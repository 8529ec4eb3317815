import type { UntornService } from '../../core/rpc/index.ts';
import type { RecentFiles } from '../service/index.ts';
import type { StateFile } from '../state/index.ts';
import type { Site } from '../web/index.ts';
import { readOrder, type StartOrder } from './arguments.ts';
import { fromService, toService } from './channels.ts';
import { confineApp, confineSession } from './confine.ts';
import type { AppFace, ElectronFace, MessageEvent, WindowFace } from './face.ts';
import { menuTemplate } from './menu.ts';
import type { NativeDesktop } from './native-desktop.ts';
import { PageChannel } from './page-channel.ts';
import { answer, isOurs, pageUrl, scheme } from './scheme.ts';
import {
  keepWindowState,
  leastSize,
  placeWindow,
  type KeptWindow,
  type WindowState,
} from './window-state.ts';

export interface ShellParts<Window extends WindowFace, Menu> {
  readonly electron: ElectronFace<Window, Menu>;
  readonly loadSite: () => Promise<Site>;
  readonly service: UntornService;
  /** These two are the same that the service has. */
  readonly desktop: NativeDesktop<Window>;
  readonly recent: RecentFiles;
  /** Resolves once no call is under way and everything that calls made has been removed. */
  readonly settled: () => Promise<void>;
  readonly order: StartOrder;
  readonly windowState: StateFile<WindowState>;
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
export async function startShell<Window extends WindowFace, Menu>(
  parts: ShellParts<Window, Menu>,
): Promise<void> {
  const { app, protocol, session } = parts.electron;
  if (!app.requestSingleInstanceLock({ files: [...parts.order.files] })) {
    app.quit();
    return;
  }
  const shown: { window: Window | null } = { window: null };
  hearSecondStarts(app, parts.desktop, shown);
  confineApp(app);
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }]);

  const site = await parts.loadSite();
  await app.whenReady();
  confineSession(session.defaultSession);
  protocol.handle(scheme, (request) => answer(site, request));

  const known = parts.windowState.load();
  const window = openWindow(parts, known);
  shown.window = window;
  const kept = keepWindowState(window, parts.windowState, known);
  parts.desktop.attach(window);
  const channel = connectPage(parts, window);
  showMenu(parts, kept);
  watchPage(parts, window, channel);
  quitWhenSettled(app, channel, parts.settled);
  await Promise.all([window.loadURL(pageUrl), parts.desktop.openFiles(parts.order.files)]);
}

/** Also before there is a window: files of a start that follows at once wait for it. */
function hearSecondStarts<Window extends WindowFace>(
  app: AppFace,
  desktop: NativeDesktop<Window>,
  shown: { readonly window: Window | null },
): void {
  app.on('second-instance', (_event, _argv, _folder, data) => {
    if (shown.window) bringForward(shown.window);
    void desktop.openFiles(readOrder(data).files);
  });
}

function openWindow<Window extends WindowFace, Menu>(
  { electron, preloadPath, iconPath }: ShellParts<Window, Menu>,
  known: WindowState | null,
): Window {
  const workAreas = electron.screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new electron.BrowserWindow({
    ...placeWindow(known, workAreas),
    minWidth: leastSize.width,
    minHeight: leastSize.height,
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
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  return window;
}

function connectPage<Window extends WindowFace, Menu>(
  { electron, service, onDefect }: ShellParts<Window, Menu>,
  window: Window,
): PageChannel {
  const post = (text: string) => {
    if (!window.isDestroyed()) window.webContents.send(fromService, text);
  };
  const channel = new PageChannel(service, post, onDefect);
  electron.ipcMain.on(toService, (event, message) => {
    if (comesFromPage(event, window)) channel.receive(message);
  });
  window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) channel.open();
  });
  window.on('closed', () => channel.close());
  return channel;
}

/** Made again whenever the recent files are others. */
function showMenu<Window extends WindowFace, Menu>(
  { electron: { app, Menu }, desktop, recent }: ShellParts<Window, Menu>,
  kept: KeptWindow,
): void {
  const show = () => {
    const actions = {
      command: desktop.command.bind(desktop),
      openRecent: (path: string) => void desktop.openFiles([path]),
      forgetRecent: () => recent.forget(),
      zoom: kept.zoom,
      quit: () => app.quit(),
    };
    const recentPaths = recent.list().map(({ path }) => path);
    const shown = { recentPaths, developing: !app.isPackaged };
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, shown)));
  };
  recent.onChange(show);
  show();
}

/** A page whose process is gone is asked for again only where the user wants it, so that a defect makes no loop. */
function watchPage<Window extends WindowFace, Menu>(
  { electron: { app, dialog } }: ShellParts<Window, Menu>,
  window: Window,
  channel: PageChannel,
): void {
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    channel.close();
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const question = {
      type: 'error' as const,
      title: 'Untorn',
      message: 'The interface ended unexpectedly.',
      detail: `Its process is gone (${reason}). A run that was under way has been cancelled; kept runs are safe.`,
      buttons: ['Open it again', 'Quit'],
    };
    void dialog.showMessageBox(window, question).then(({ response }) => {
      if (response !== 0) app.quit();
      else if (!window.isDestroyed()) window.webContents.reload();
    });
  });
}

/** Only the main frame of our window, and only while it shows our page. */
function comesFromPage({ sender, senderFrame }: MessageEvent, window: WindowFace): boolean {
  if (window.isDestroyed() || sender !== window.webContents || senderFrame === null) return false;
  return senderFrame === window.webContents.mainFrame && isOurs(senderFrame.url);
}

function bringForward(window: WindowFace): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.focus();
}

/** A run that is under way is cancelled, and has cleaned up, before the process ends. */
function quitWhenSettled(app: AppFace, channel: PageChannel, settled: () => Promise<void>): void {
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
