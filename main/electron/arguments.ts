import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';

/** What was asked for when the app was started. */
export interface StartOrder {
  /** Files to open, absolute. */
  readonly files: readonly string[];
}

const filesMax = 8;

/**
 * The arguments that are the app's own. In a package these are all behind the program; else those behind the app's folder,
 * before which stand Electron's flags.
 */
export function ownArguments(argv: readonly string[], appFolder: string | null): readonly string[] {
  if (appFolder === null) return argv.slice(1);
  const at = argv.findIndex((one, index) => index > 0 && resolve(one) === appFolder);
  return argv.slice(at < 0 ? 2 : at + 1);
}

/** Reads {@link ownArguments}. Flags are Chromium's own matter; `--` ends them. */
export function readArguments(argv: readonly string[], folder: string): StartOrder {
  const end = argv.indexOf('--');
  const named =
    end < 0 ? argv.filter(isName) : [...argv.slice(0, end).filter(isName), ...argv.slice(end + 1)];
  return { files: named.slice(0, filesMax).map((name) => resolve(folder, pathOf(name))) };
}

/** File managers name a local file by its address. What is none is a name, however odd. */
function pathOf(name: string): string {
  if (!name.startsWith('file:')) return name;
  try {
    const path = fileURLToPath(name);
    return path.includes('\0') ? name : path;
  } catch {
    return name;
  }
}

function isName(argument: string): boolean {
  return argument !== '' && !argument.startsWith('-');
}

const orderSchema = v.object({
  files: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4096), v.check(isAbsolute))), v.maxLength(filesMax)),
});

/** What a second start handed to the first one; nothing where it says something else. */
export function readOrder(data: unknown): StartOrder {
  const judged = v.safeParse(orderSchema, data);
  return judged.success ? judged.output : { files: [] };
}
