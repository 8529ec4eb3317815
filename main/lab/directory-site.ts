import { randomBytes } from 'node:crypto';
import { lstat, mkdir, realpath, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Plan, TargetOf } from '../../core/experiment/plan.ts';
import { InputError } from '../failure.ts';
import { deviceNumber, mountOf, readBlockDevice, readMounts, type Mount } from '../machine/index.ts';
import type { Executor } from '../native/index.ts';
import { readBuddies } from './buddies.ts';
import type { Cleanup } from './cleanup.ts';
import type { WorkFolder } from './folder.ts';
import { JournalView } from './journal.ts';
import type { ReadBytes, WholePrivileges } from './privileges/whole.ts';
import { probeMemory } from './probes.ts';
import type { Site } from './site.ts';
import type { Observation } from './types.ts';

/** In the directory that a run makes: where the plan works, and beside it the files that show what memory holds. */
export const planFolderName = 'plan';
const probeFolderName = 'probes';

/** A mounted filesystem of the user's, in which the plan gets a directory of its own. */
export interface MountedTarget {
  readonly directory: string;
  readonly mount: Mount;
  readonly rotational: boolean;
  readonly logicalBlockBytes: number;
  readonly site: Site;
}

/**
 * Finds the mount that a plan names and makes ready to work in a new directory below it. Throws InputError where the
 * path is no directory, or where the plan would unmount the user's filesystem.
 */
export async function mountedTarget(
  plan: Plan,
  target: TargetOf<'mounted'>,
  planFolder: string,
  folder: WorkFolder,
  executor: Executor,
  privileges: WholePrivileges,
  cleanup: Cleanup,
): Promise<MountedTarget> {
  const remount = plan.steps.findIndex((step) => step.op === 'remount');
  if (remount >= 0) {
    throw new InputError(
      `steps[${remount}]: a mounted target is in use and is not remounted`,
      `steps[${remount}]`,
    );
  }
  const root = await directoryAt(path.resolve(planFolder, target.path));
  const facts = await stat(root, { bigint: true });
  const number = deviceNumber(facts.dev);
  const mount = mountOf(readMounts(), root, number);
  if (mount === null)
    throw new InputError(`target.path: ${root} lies on no mount that can be seen`, 'target.path');

  const directory = path.join(root, `untorn-${randomBytes(8).toString('hex')}`);
  const device = readBlockDevice(number);
  const logicalBlockBytes = device?.facts.logicalBlockBytes;
  return {
    directory,
    mount,
    rotational: device?.rotational === true,
    logicalBlockBytes: typeof logicalBlockBytes === 'number' ? logicalBlockBytes : 512,
    site: directorySite(directory, mount, device?.facts.name ?? null, folder, executor, privileges, cleanup),
  };
}

function directorySite(
  directory: string,
  mount: Mount,
  device: string | null,
  folder: WorkFolder,
  executor: Executor,
  privileges: WholePrivileges,
  cleanup: Cleanup,
): Site {
  const isExt4 = mount.fsType === 'ext4' && device !== null;
  const inner = path.join(directory, planFolderName);
  let isMade = false;
  let read: ReadBytes | null = null;
  const make = async (): Promise<void> => {
    if (isMade) return;
    isMade = true;
    const filesystem = String((await stat(path.dirname(directory), { bigint: true })).dev);
    folder.noteDirectory({ path: directory, device: filesystem, inode: null });
    await mkdir(directory, { mode: 0o700 });
    const inode = String((await lstat(directory, { bigint: true })).ino);
    folder.noteDirectory({ path: directory, device: filesystem, inode });
    cleanup.add(async () => {
      await executor.leave();
      await removeDirectory(directory, inode);
      folder.noteDirectory(null);
    });
    await mkdir(inner, { mode: 0o700 });
    if (device !== null) ({ read } = await privileges.survey(directory, planFolderName, device));
  };
  const observe = async (): Promise<Observation> => {
    await make();
    if (!isExt4) return { directory: inner, probes: { streams: [], small: [] }, read };
    const { bsize } = await statfs(directory);
    return {
      directory: inner,
      probes: await probeMemory(path.join(directory, probeFolderName), bsize),
      read,
    };
  };
  const refuse = (): Promise<never> => Promise.reject(new Error('a mounted target is not remounted'));
  return {
    isAlone: false,
    hasFiles: true,
    subject: () =>
      Promise.resolve({
        mountPoint: directory,
        device: device ?? '',
        fs: isExt4 ? 'ext4' : mount.fsType,
        hasJournal: isExt4 && new JournalView(device).counts() !== null,
        clusterBlocks: 1,
        ownThread: executor.threadId,
        deviceNumber: mount.device,
        privileges,
        mayReadBuddies: true,
      }),
    ...(isExt4 || privileges.way !== 'root' ? { observe } : {}),
    async enter() {
      await make();
      if (isExt4) await readBuddies(device);
      await executor.enter(inner);
    },
    leave: () => executor.leave(),
    mount: refuse,
    unmount: refuse,
    reenter: refuse,
  };
}

/** Removes the directory with all that the plan made in it, unless somebody has put another one in its place. */
async function removeDirectory(directory: string, inode: string): Promise<void> {
  const facts = await lstat(directory, { bigint: true }).catch(() => null);
  if (facts !== null && facts.isDirectory() && String(facts.ino) === inode)
    await rm(directory, { recursive: true });
}

async function directoryAt(name: string): Promise<string> {
  const real = await realpath(name).catch(() => null);
  if (real === null) throw new InputError(`target.path: there is no directory ${name}`, 'target.path');
  if (!(await stat(real)).isDirectory()) {
    throw new InputError(`target.path: ${name} is not a directory`, 'target.path');
  }
  return real;
}
