import { constants, existsSync, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { release } from 'node:os';
import { basename } from 'node:path';
import {
  fileBytesMax,
  RpcError,
  type ChoosablePath,
  type DesktopFacts,
  type Happening,
  type OpenedFile,
  type UntornService,
} from '../../core/rpc/index.ts';
import { InputError, Unable } from '../failure.ts';
import { writeWhole } from '../state/index.ts';
import { failing } from './failures.ts';
import type { RecentFiles } from './recent.ts';

/** What the service needs of a desktop; the Electron shell has one, `untorn serve` has none. */
export interface Desktop {
  /** Lets the user choose something that is there; null where the user chose nothing. */
  chooseFile(what: ChoosablePath | 'plan' | 'run'): Promise<string | null>;
  /** Lets the user choose where to save under a proposed name. */
  chooseSave(name: string): Promise<string | null>;
  /** Asks the user, outside of the page, whether what lies there may be lost. */
  confirmOverwriting(what: Overwriting): Promise<boolean>;
  /** Hands on what the user does outside of the page, also what was done before; ends with the returned function. */
  watch(listener: (happening: Happening) => void): () => void;
}

/** A device or file that is overwritten, and the name by which the page says that this is meant. */
export interface Overwriting {
  readonly path: string;
  readonly destroy: string;
}

type DesktopService = Pick<
  UntornService,
  Extract<keyof UntornService, `desktop.${string}` | `files.${string}`>
>;

/** The part of the service that is about files which the user named. The page itself can name none. */
export function desktopProcedures(
  desktop: Desktop | null,
  recent: RecentFiles,
  versions: DesktopFacts['versions'],
): DesktopService {
  const native = (): Desktop => {
    if (desktop) return desktop;
    throw new RpcError('unable', 'this service has no desktop; the browser has to do it');
  };
  const read = async (path: string): Promise<OpenedFile> => {
    const file = await readTextFile(path);
    recent.remember(path);
    return file;
  };

  return {
    'desktop.facts': async () => ({ native: desktop !== null, versions }),
    'desktop.watch': async (_, { emit, cancellation }) => {
      const stop = native().watch(emit);
      await new Promise<void>((resolve) => cancellation.onRequest(resolve));
      stop();
      return {};
    },
    'desktop.open': ({ what }) =>
      failing(async () => {
        const path = await native().chooseFile(what);
        return path === null ? null : read(path);
      }),
    'desktop.choose': async ({ what }) => ({ path: await native().chooseFile(what) }),
    'desktop.save': ({ name, text }) =>
      failing(async () => {
        const path = await native().chooseSave(name);
        if (path === null) return { path };
        save(path, text);
        recent.remember(path);
        return { path };
      }),
    'files.recent': async () => recent.list(),
    'files.open': ({ path }) =>
      failing(async () => {
        if (!recent.has(path)) throw new RpcError('refused', `${path} is not among the recent files`);
        return read(path);
      }),
    'files.forget': async () => {
      recent.forget();
      return {};
    },
  };
}

/**
 * Asks the user before something of his is overwritten, where there is a desktop to ask on. In a browser, whoever started the service has
 * given leave for all of it. What the page did not name twice is refused further down. Throws RpcError `refused` where he does not want it.
 */
export async function confirmOverwriting(
  desktop: Desktop | null,
  path: string,
  destroy: string | undefined,
): Promise<void> {
  if (desktop === null || destroy === undefined) return;
  if (await desktop.confirmOverwriting({ path, destroy })) return;
  throw new RpcError('refused', `${path} stays as it is: overwriting it was not confirmed`);
}

/** Reads a plan or a run that the user named. Throws InputError where it is not there, no file, no text, or too long. */
export async function readTextFile(path: string): Promise<OpenedFile> {
  // Without waiting: nobody may ever write to a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw new InputError(`${path}: cannot be read (${codeOf(error)})`, path, { cause: error });
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new InputError(`${path}: is not a regular file`, path);
    if (stat.size > fileBytesMax) throw new InputError(`${path}: is longer than 15 MiB`, path);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
    return { path, name: basename(path), text };
  } catch (error) {
    if (error instanceof TypeError)
      throw new InputError(`${path}: is not a text in UTF-8`, path, { cause: error });
    throw error;
  } finally {
    await file.close();
  }
}

/** Where the path is a link, the file that it leads to is replaced, not the link. */
function save(path: string, text: string): void {
  try {
    writeWhole(existsSync(path) ? realpathSync(path) : path, text, 0o644);
  } catch (error) {
    throw new Unable(`${path}: cannot be written (${codeOf(error)})`, path, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** Of Untorn and of what it runs on; a browser adds its own. */
export function versionsHere(untorn: string): DesktopFacts['versions'] {
  const { electron, chrome, node, napi } = process.versions;
  const found = [
    { name: 'Untorn', version: untorn },
    { name: 'Electron', version: electron },
    { name: 'Chromium', version: chrome },
    { name: 'Node', version: node },
    { name: 'Node-API', version: napi },
    { name: 'Kernel', version: release() },
  ];
  return found.flatMap(({ name, version }) => (version === undefined ? [] : [{ name, version }]));
}
