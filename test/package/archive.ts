import { readFileSync } from 'node:fs';

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
  readonly unpacked?: boolean;
}

/**
 * The files of an asar archive, and which of them lie beside it. Its header is a pickle of Chromium's: two lengths, two more, then
 * JSON (github.com/electron/asar, "Format").
 */
export function readArchive(path: string): { readonly path: string; readonly unpacked: boolean }[] {
  const bytes = readFileSync(path);
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as Entry;
  const walk = (entry: Entry, at: string): { path: string; unpacked: boolean }[] =>
    entry.files
      ? Object.entries(entry.files).flatMap(([name, below]) =>
          walk(below, at === '' ? name : `${at}/${name}`),
        )
      : [{ path: at, unpacked: entry.unpacked === true }];
  return walk(header, '');
}

/** What stands before the switches in Electron's binary (@electron/fuses), then their version and count, a byte each. */
export const fuseMark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** The switches of a binary, `1` for on and `0` for off, in the order of Electron's documentation. */
export function readFuses(path: string): string {
  const text = readFileSync(path, 'latin1');
  const at = text.indexOf(fuseMark) + fuseMark.length;
  const count = text.charCodeAt(at + 1);
  return text.slice(at + 2, at + 2 + count);
}
