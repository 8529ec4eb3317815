import { join } from 'node:path';
import type { RenderProcessGoneDetails } from 'electron';
import type { UntornService } from '../../../core/rpc/index.ts';
import { fromService, toService } from '../../../main/electron/channels.ts';
import { NativeDesktop } from '../../../main/electron/native-desktop.ts';
import { startShell } from '../../../main/electron/shell.ts';
import { windowStateSchema } from '../../../main/electron/window-state.ts';
import { openRecentFiles, type RecentFiles } from '../../../main/service/index.ts';
import { openStateFile } from '../../../main/state/index.ts';
import type { Site } from '../../../main/web/index.ts';
import { stoppable } from './fake-app.ts';
import { FakeElectron } from './fake.ts';
import type { FakeWindow } from './fake-window.ts';

export const site: Site = new Map([
  ['/', { body: Buffer.from('page'), gzip: null, contentType: 'text/html; charset=utf-8', immutable: false }],
]);

export interface AppOptions {
  /** Where the app's states are kept. */
  readonly folder: string;
  readonly service:
    UntornService | ((desktop: NativeDesktop<FakeWindow>, recent: RecentFiles) => UntornService);
  readonly electron?: FakeElectron;
  readonly settled?: () => Promise<void>;
  readonly files?: readonly string[];
  readonly onDefect?: (error: unknown, procedure: string) => void;
}

/** Starts the shell over the stand-in; `window` is null where the shell left it to the first instance. */
export async function startApp(options: AppOptions) {
  const { folder, service, electron = new FakeElectron() } = options;
  const recent = openRecentFiles(join(folder, 'recent.json'));
  const desktop = new NativeDesktop<FakeWindow>(electron.dialog, recent);
  await startShell({
    electron,
    loadSite: () => Promise.resolve(site),
    service: typeof service === 'function' ? service(desktop, recent) : service,
    desktop,
    recent,
    settled: options.settled ?? (() => Promise.resolve()),
    order: { files: options.files ?? [] },
    windowState: openStateFile(join(folder, 'window.json'), windowStateSchema),
    preloadPath: '/preload.cjs',
    iconPath: '/icon.png',
    onDefect: options.onDefect ?? (() => undefined),
  });
  return { electron, desktop, recent, window: electron.windows.at(-1) ?? null };
}

/** The page's end of the app's channel, below the preload script. */
export function pageOf(electron: FakeElectron, window: FakeWindow) {
  const { webContents } = window;
  return {
    /** As the page's own frame sends it, or as `from` says. */
    send(message: unknown, from: { sender?: unknown; senderFrame?: { url: string } | null } = {}): void {
      const event = { sender: webContents, senderFrame: webContents.mainFrame, ...from };
      electron.ipcMain.deliver(toService, event, message);
    },
    /** As where the page's process ends by itself. */
    loseProcess(reason: RenderProcessGoneDetails['reason']): void {
      webContents.emit('render-process-gone', stoppable(), { reason });
    },
    /** Everything that the page was sent so far. */
    texts: (): unknown[] =>
      webContents.sent.filter(({ channel }) => channel === fromService).map(({ args }) => args[0]),
    onText(receiver: (text: string) => void): void {
      webContents.onSent = (channel, text) => {
        if (channel === fromService) receiver(String(text));
      };
    },
  };
}
