import {
  bridgeName,
  fileBytesMax,
  RpcError,
  type Bridge,
  type ChoosablePath,
  type Client,
  type OpenedFile,
  type RecentFile,
  type UntornContract,
} from '../../core/rpc/index.ts';
import type { MenuCommandId } from '../../core/commands/index.ts';
import { pickFile, saveAsDownload } from './browser.ts';

/** A file that the user chose, with its text. */
export interface ChosenFile {
  readonly name: string;
  readonly text: string;
  /** Where it lies; null where a browser does not tell. */
  readonly path: string | null;
}

/** What happens outside of the page, in the desktop app alone. */
export interface Outside {
  /** A command was chosen in the menu. */
  onCommand(id: MenuCommandId): void;
  /** A file was opened from the file manager, the command line or the menu. */
  onOpened(file: ChosenFile): void;
  /** The same, but it cannot be read: one line that says why. */
  onUnreadable(why: string): void;
}

/** Null stands for: the user chose nothing. */
export interface Desktop {
  /** True in the desktop app: files have paths, and there is a menu. */
  readonly native: boolean;
  openFile(what: 'plan' | 'run'): Promise<ChosenFile | null>;
  /** Lets the user choose a path; null, too, in a browser, where a path has to be typed. */
  choosePath(what: ChoosablePath): Promise<string | null>;
  /** Saves where the user chooses (or where the browser keeps downloads); the path, where it is known. */
  save(file: {
    readonly name: string;
    readonly mediaType: string;
    readonly text: string;
  }): Promise<string | null>;
  /** Where a file lies that was dropped onto the window; absent in a browser, which does not tell. */
  readonly pathOf?: (file: File) => string;
  recent(): Promise<readonly RecentFile[]>;
  openRecent(path: string): Promise<ChosenFile>;
  forgetRecent(): Promise<void>;
}

/**
 * The desktop behind the page: native dialogs where there is the app's bridge, the browser's own means where there is
 * none. In the app it begins to tell `outside` what happens there.
 */
export function openDesktop(client: Client<UntornContract>, outside: Outside): Desktop {
  const bridge = (window as unknown as Record<string, Bridge | undefined>)[bridgeName];
  const native = bridge !== undefined;
  if (native) watch(client, outside);
  return {
    native,
    ...(bridge ? { pathOf: (file) => bridge.pathOf(file) } : {}),
    openFile: (what) => (native ? client.call('desktop.open', { what }).result : pickFile()),
    async choosePath(what) {
      return native ? (await client.call('desktop.choose', { what }).result).path : null;
    },
    async save({ name, mediaType, text }) {
      // What is longer than a message may be takes the browser's way in the app, too.
      if (native && text.length <= fileBytesMax)
        return (await client.call('desktop.save', { name, text }).result).path;
      saveAsDownload(name, mediaType, text);
      return null;
    },
    recent: () => client.call('files.recent', {}).result,
    openRecent: (path) => client.call('files.open', { path }).result,
    async forgetRecent() {
      await client.call('files.forget', {}).result;
    },
  };
}

/** Runs as long as the page does. */
function watch(client: Client<UntornContract>, outside: Outside): void {
  const call = client.call('desktop.watch', {}, (happening) => {
    if (happening.kind === 'command') outside.onCommand(happening.id);
    else if (happening.kind === 'opened') outside.onOpened(asChosen(happening.file));
    else outside.onUnreadable(happening.why);
  });
  call.result.catch((error: unknown) => {
    if (!(error instanceof RpcError)) throw error;
    console.error(`what happens outside of the page is not heard: ${error.message}`);
  });
}

function asChosen({ name, text, path }: OpenedFile): ChosenFile {
  return { name, text, path };
}
