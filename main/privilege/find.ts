import { accessSync, constants } from 'node:fs';
import { unpackedPath } from '../project.ts';

/** Where the system's own packages, or an administrator, put a copy: root can start it there, whatever mount Untorn lies on. */
const installed = ['/usr/libexec/untorn/untorn-helper', '/usr/local/libexec/untorn-helper'] as const;

/** The privileged helper, or null where it was not built. */
export function findHelper(): string | null {
  const own = [`native/prebuilds/linux-${process.arch}`, 'native/build'].map((folder) =>
    unpackedPath(folder, 'untorn-helper'),
  );
  return [...installed, ...own].find(isProgram) ?? null;
}

/** Whether a helper lies where only an administrator puts it. */
export function isInstalled(helper: string): boolean {
  return installed.some((file) => file === helper);
}

/** How a copy is put where root can start it: an AppImage's own files are its user's alone. */
export function installCommand(helper: string): string {
  return `sudo install -D -m 0755 ${helper} ${installed[1]}`;
}

export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
