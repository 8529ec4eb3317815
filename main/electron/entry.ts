import { app, BrowserWindow, ipcMain, Menu, protocol, session } from 'electron';
import { projectPath } from '../project.ts';
import { here } from '../service/index.ts';
import { loadSite } from '../web/index.ts';
import { startShell } from './shell.ts';

/** The desktop app's first file, and the only one of the main process that loads Electron. */
const { service, settled } = here({ allowDestructive: false });

startShell({
  electron: { app, BrowserWindow, ipcMain, Menu, protocol, session },
  loadSite: () => loadSite(projectPath('dist', 'renderer')),
  service,
  settled,
  preloadPath: projectPath('dist', 'preload', 'preload.cjs'),
  iconPath: projectPath('dist', 'renderer', 'icon.png'),
  onDefect: (error, procedure) => console.error(`untorn: a defect in ${procedure}:`, error),
}).catch((error: unknown) => {
  console.error(`untorn: ${error instanceof Error ? error.message : String(error)}`);
  app.exit(1);
});
