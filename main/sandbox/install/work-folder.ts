import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isAlive, thisProcess, type ProcessIdentity } from '../../lab/index.ts';
import { sandboxFolder } from '../kernel/folders.ts';

/**
 * A folder for one install in the user's cache folder, where what is unpacked can be renamed to its place. The name says whose it is,
 * so that no moment is left in which a killed process leaves one that nobody can tell from a living one's.
 */
export async function makeInstallFolder(): Promise<string> {
  const parent = sandboxFolder();
  await mkdir(parent, { recursive: true });
  return mkdtemp(path.join(parent, `${nameFor(thisProcess())}-`));
}

/** Removes the folders of installs whose process is gone. What cannot be removed stays: another user's, where HOME is shared. */
export async function removeDeadInstalls(): Promise<void> {
  const names = await readdir(sandboxFolder()).catch(() => []);
  for (const name of names) {
    const owner = ownerOf(name);
    if (owner !== null && !isAlive(owner))
      await rm(path.join(sandboxFolder(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** How the name of an install's folder begins: `install-PID-TICKS-BOOT-NAMESPACE`; the namespace is 0 where it is not known. */
export function nameFor({ pid, startTicks, bootId, pidNamespace }: ProcessIdentity): string {
  const namespace = /\d+/.exec(pidNamespace ?? '')?.[0] ?? '0';
  return `install-${pid}-${startTicks}-${bootId}-${namespace}`;
}

/** The process that made a folder of this name; null where it is no name of ours. */
export function ownerOf(name: string): ProcessIdentity | null {
  const [, pid, startTicks, bootId, namespace] =
    /^install-(\d+)-(\d+)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\d+)-\w+$/.exec(name) ?? [];
  if (startTicks === undefined || bootId === undefined) return null;
  const identity = { pid: Number(pid), startTicks, bootId };
  return namespace === '0' ? identity : { ...identity, pidNamespace: `pid:[${namespace}]` };
}
