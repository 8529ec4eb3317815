import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, screen, session } from 'electron';
import { projectPath } from '../project.ts';
import { here, openRecentFiles } from '../service/index.ts';
import { openStateFile, stateFolder } from '../state/index.ts';
import { loadSite } from '../web/index.ts';
import { ownArguments, readArguments } from './arguments.ts';
import { NativeDesktop } from './native-desktop.ts';
import { startShell } from './shell.ts';
import { windowStateSchema } from './window-state.ts';

/** The desktop app's first file, and the only one of the main process that loads Electron. */
const recent = openRecentFiles();
const desktop = new NativeDesktop<BrowserWindow>(dialog, recent);
const { service, settled } = here({ allowDestructive: true, desktop, recent });

startShell({
  electron: { app, BrowserWindow, dialog, ipcMain, Menu, protocol, screen, session },
  loadSite: () => loadSite(projectPath('dist', 'renderer')),
  service,
  desktop,
  recent,
  settled,
  order: readArguments(ownArguments(process.argv, app.isPackaged ? null : app.getAppPath()), process.cwd()),
  windowState: openStateFile(join(stateFolder(), 'window.json'), windowStateSchema),
  preloadPath: projectPath('dist', 'preload', 'preload.cjs'),
  iconPath: projectPath('packaging', 'icons', '256x256.png'),
  onDefect: (error, procedure) => console.error(`untorn: a defect in ${procedure}:`, error),
}).catch((error: unknown) => {
  console.error(`untorn: ${error instanceof Error ? error.message : String(error)}`);
  app.exit(1);
});
