import { existsSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { Unable } from '../../failure.ts';
import { readMounts } from '../../machine/index.ts';
import { mount, mountFlags, unmount, unmountFlags } from '../../native/index.ts';
import { explained } from '../privilege.ts';

/** A tracefs that can be used. */
export interface Tracefs {
  readonly path: string;
  /** Unmounts it, if it was mounted for us. */
  close(): Promise<void>;
}

/**
 * Finds where tracefs is mounted; where it is not, it is mounted inside of `folder`, out of everybody's way. Throws
 * Unable.
 */
export async function openTracefs(folder: string): Promise<Tracefs> {
  const [known] = tracefsMounts();
  if (known !== undefined) return { path: known, close: () => Promise.resolve() };
  const mountPoint = path.join(folder, 'tracing');
  await mkdir(mountPoint, { mode: 0o700 });
  try {
    const flags = mountFlags.noDev | mountFlags.noSuid | mountFlags.noExec;
    await mount('nodev', mountPoint, 'tracefs', { flags });
  } catch (error) {
    await rmdir(mountPoint);
    throw explained(error, 'mounting tracefs, in which the kernel offers its tracepoints,');
  }
  return { path: mountPoint, close: () => unmount(mountPoint, { flags: unmountFlags.noFollow }) };
}

/** Throws Unable where the kernel has no tracepoints of ext4. */
export function requireExt4Tracepoints(tracefs: string): void {
  if (existsSync(path.join(tracefs, 'events/ext4/ext4_request_blocks'))) return;
  throw new Unable('this kernel offers no tracepoints of ext4 (CONFIG_FTRACE, or ext4 is not loaded)');
}

/** Where tracefs lies on most machines; null where nothing is mounted there. */
export function usualTracefs(): string | null {
  const usual = '/sys/kernel/tracing';
  return existsSync(path.join(usual, 'instances')) ? usual : null;
}

/** Which name the instance has that records the decisions of a lab; `token` is that of its work folder. */
export function decisionsInstance(token: string): string {
  return `${token}-decisions`;
}

/** All names that instances of a lab may have. */
export function instancesOf(token: string): string[] {
  return [token, decisionsInstance(token)];
}

/** Paths of the instances that a lab made and did not remove, each once; `names` are the names that it may have used. */
export function remainingInstances(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const candidates = tracefsMounts().map((tracefs) => path.join(tracefs, 'instances', name));
    return candidates.filter((candidate) => existsSync(candidate)).slice(0, 1);
  });
}

function tracefsMounts(): string[] {
  return readMounts().flatMap(({ fsType, root, mountPoint }) => {
    return fsType === 'tracefs' && root === '/' ? [mountPoint] : [];
  });
}
