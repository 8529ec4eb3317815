import type { FileFilter, OpenDialogOptions } from 'electron';
import { assertExists } from '../../core/assert.ts';
import type { ChoosablePath, Happening } from '../../core/rpc/index.ts';
import type { MenuCommandId } from '../../core/commands/index.ts';
import { Failure } from '../failure.ts';
import { readTextFile, type Desktop, type Overwriting, type RecentFiles } from '../service/index.ts';
import type { DialogFace } from './face.ts';
import { oneLine } from './line.ts';

/** Commands and files that wait for a page are few: a page asks for them as soon as it is there. */
const waitingMax = 32;

const everything: FileFilter = { name: 'All files', extensions: ['*'] };
const plans: FileFilter = { name: 'Plans of Untorn', extensions: ['untorn.json', 'json'] };
const runs: FileFilter = { name: 'Runs of Untorn', extensions: ['run.json', 'json'] };
const images: FileFilter = {
  name: 'Images of filesystems',
  extensions: ['img', 'raw', 'iso', 'ext4', 'xfs'],
};

const dialogs: Readonly<Record<ChoosablePath | 'plan' | 'run', OpenDialogOptions>> = {
  plan: { title: 'Open a plan', filters: [plans, everything], properties: ['openFile'] },
  run: { title: 'Bring in a run', filters: [runs, everything], properties: ['openFile'] },
  image: { title: 'Choose an image', filters: [images, everything], properties: ['openFile'] },
  file: { title: 'Choose a file', properties: ['openFile', 'showHiddenFiles'] },
  folder: { title: 'Choose a folder', properties: ['openDirectory', 'showHiddenFiles'] },
  device: {
    title: 'Choose a block device',
    defaultPath: '/dev',
    properties: ['openFile', 'showHiddenFiles'],
  },
};

/**
 * The desktop behind the service: Electron's dialogs over the one window, and what the user does outside of the page,
 * which waits until a page listens.
 */
export class NativeDesktop<Window> implements Desktop {
  private readonly dialog: DialogFace<Window>;
  private readonly recent: RecentFiles;
  private window: Window | null = null;
  private listener: ((happening: Happening) => void) | null = null;
  private waiting: Happening[] = [];

  constructor(dialog: DialogFace<Window>, recent: RecentFiles) {
    this.dialog = dialog;
    this.recent = recent;
  }

  /** Dialogs belong to this window from now on. */
  attach(window: Window): void {
    this.window = window;
  }

  async chooseFile(what: ChoosablePath | 'plan' | 'run'): Promise<string | null> {
    const { canceled, filePaths } = await this.dialog.showOpenDialog(this.theWindow(), dialogs[what]);
    return canceled ? null : (filePaths[0] ?? null);
  }

  async chooseSave(name: string): Promise<string | null> {
    const options = { title: 'Save', defaultPath: name, properties: ['showOverwriteConfirmation' as const] };
    const { canceled, filePath } = await this.dialog.showSaveDialog(this.theWindow(), options);
    return canceled || filePath === '' ? null : filePath;
  }

  /** The answer that changes nothing is the one that Enter and Escape give. */
  async confirmOverwriting({ path, destroy }: Overwriting): Promise<boolean> {
    const { response } = await this.dialog.showMessageBox(this.theWindow(), {
      type: 'warning',
      message: `Overwrite ${oneLine(path)}?`,
      detail: `What is on it will be lost. It was named a second time as ${oneLine(destroy)}.`,
      buttons: ['Leave it as it is', 'Overwrite it'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    return response === 1;
  }

  /** One page listens at a time; the last that asked. */
  watch(listener: (happening: Happening) => void): () => void {
    this.listener = listener;
    for (const happening of this.waiting.splice(0)) listener(happening);
    return () => {
      if (this.listener === listener) this.listener = null;
    };
  }

  command(id: MenuCommandId): void {
    this.tell({ kind: 'command', id });
  }

  /** Reads files that the user named outside of the page, and hands them to it in this order. */
  async openFiles(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      try {
        this.tell({ kind: 'opened', file: await readTextFile(path) });
        this.recent.remember(path);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        this.tell({ kind: 'unreadable', path, why: error.message });
      }
    }
  }

  private tell(happening: Happening): void {
    if (this.listener) this.listener(happening);
    else if (this.waiting.length < waitingMax) this.waiting.push(happening);
  }

  private theWindow(): Window {
    return assertExists(this.window, 'the window is made before its page can ask');
  }
}
