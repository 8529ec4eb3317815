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
 * Reads the arguments behind the program (and, where it is not packed, behind its folder). Flags are Chromium's own
 * matter; `--` ends them.
 */
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
    return fileURLToPath(name);
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
