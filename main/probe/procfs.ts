import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A file of procfs; null where it is missing or may not be read. */
export function readProcText(procfs: string, name: string): string | null {
  try {
    return readFileSync(path.join(procfs, name), 'utf8');
  } catch {
    return null;
  }
}
