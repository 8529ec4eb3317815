import { accessSync, constants } from 'node:fs';
import { unpackedPath } from '../project.ts';

/** Where the system's own packages, or an administrator, put a copy: root can start it there, whatever mount Untorn lies on. */
const installed = ['/usr/libexec/untorn/untorn-helper', '/usr/local/libexec/untorn-helper'] as const;

/** The privileged helper, or null where it was not built. */
export function findHelper(): string | null {
  return [...installed, ...ownPrograms('untorn-helper')].find(isProgram) ?? null;
}

/** What takes UDisks2's loop devices away when this process dies, or null where it was not built. */
export function findKeeper(): string | null {
  return ownPrograms('untorn-keeper').find(isProgram) ?? null;
}

function ownPrograms(name: string): string[] {
  return [`native/prebuilds/linux-${process.arch}`, 'native/build'].map((folder) =>
    unpackedPath(folder, name),
  );
}

/** Whether a helper lies where only an administrator puts it. */
export function isInstalled(helper: string): boolean {
  return installed.some((file) => file === helper);
}

/** How a copy is put where root can start it: an AppImage's own files are its user's alone. */
export function installCommand(helper: string): string {
  return `sudo install -D -m 0755 ${helper} ${installed[1]}`;
}

/** Where a program lies on this user's path, or null. */
export function findOnPath(program: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => `${folder}/${program}`).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
