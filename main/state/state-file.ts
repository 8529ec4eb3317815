import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';

/** A remembered value. Losing it is a nuisance, never a failure: what cannot be read or kept is as if it were not there. */
export interface StateFile<T> {
  /** Null where there is none, or where the file is damaged. */
  load(): T | null;
  /** Replaces it; false where it could not be kept. */
  save(value: T): boolean;
}

/** A file of JSON that has to have a form. It may be from an older or a newer version, or edited by hand. */
export function openStateFile<T>(path: string, schema: v.GenericSchema<unknown, T>): StateFile<T> {
  return {
    load() {
      try {
        const judged = v.safeParse(schema, JSON.parse(readFileSync(path, 'utf8')));
        return judged.success ? judged.output : null;
      } catch {
        return null;
      }
    },
    save(value) {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeWhole(path, `${JSON.stringify(value)}\n`);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/**
 * Writes a file whole or not at all, also across a power cut: its bytes reach the disk before its name does. The file is
 * the user's alone until its folder's rules say otherwise. Throws what the system says (ENOSPC, EACCES, …).
 */
export function writeWhole(path: string, text: string, mode = 0o600): void {
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`;
  try {
    const file = openSync(draft, 'wx', mode);
    try {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
