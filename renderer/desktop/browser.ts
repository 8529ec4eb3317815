import { fileBytesMax, RpcError } from '../../core/rpc/index.ts';
import type { ChosenFile } from './desktop.ts';

/** Lets the user choose a file of the machine that the browser runs on. Null where the user chose none. */
export function pickFile(): Promise<ChosenFile | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve(null));
    input.addEventListener('change', () => {
      const [file] = input.files ?? [];
      if (!file) resolve(null);
      else readText(file).then((text) => resolve({ name: file.name, text, path: null }), reject);
    });
    input.click();
  });
}

/** Lets the browser keep a text as a file, where it keeps downloads. */
export function saveAsDownload(name: string, mediaType: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken hold of the content once the click is handled.
  setTimeout(() => URL.revokeObjectURL(address));
}

/** The text of a plan or a run. Throws {@link RpcError} `input` where it is too long, no text, or cannot be read (a folder, a file that is gone). */
export async function readText(file: File): Promise<string> {
  if (file.size > fileBytesMax)
    throw new RpcError('input', `${file.name} is longer than ${fileBytesMax / 2 ** 20} MiB`);
  const bytes = await readable(file, file.arrayBuffer());
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RpcError('input', `${file.name} is not a text in UTF-8`);
  }
}

/** Whether it looks like JSON of an object, as plans and runs are; of the rest, which may be a whole disk, little is read. */
export async function looksLikePlan(file: File): Promise<boolean> {
  return /^\s*\{/.test(await readable(file, file.slice(0, 4096).text()));
}

function readable<T>(file: File, reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    const why = error instanceof Error ? error.name : String(error);
    throw new RpcError('input', `${file.name} cannot be read (${why})`);
  });
}
