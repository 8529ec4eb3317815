import { readFileSync } from 'node:fs';

/** A small file of procfs or sysfs, trimmed; null where it is not there or may not be read. */
export function readKernelText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** As {@link readKernelText}, for a file that holds one number. */
export function readKernelNumber(path: string): number | null {
  const text = readKernelText(path);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
