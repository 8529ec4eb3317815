import { lstat, readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Unable } from '../failure.ts';
import { detachLoop, unmount, unmountFlags } from '../native/index.ts';
import { foldersOfTheDead, removeDeadFolder, type DeadFolder } from './folder.ts';
import { isBackedFrom, loopDevicesOver, mountPointsElsewhere, mountPointsIn } from './in-folder.ts';
import { explained } from './privilege.ts';
import { letRequestsGo } from './request-holding.ts';
import { instancesOf, remainingInstances } from './trace/tracefs.ts';
import { until } from './until.ts';
import { whileOpen } from './while-open.ts';

/** The type under which mounts of native/recorder stand in mountinfo. */
const recorderType = 'fuse.untorn';

/** What a killed process of this user's left behind, and nobody uses any more. */
export interface Leftover {
  /** One line for a person. */
  readonly text: string;
  readonly folder: DeadFolder;
  /** Mount points in the folder, the deepest first, then those that UDisks2 chose for its loop devices. */
  readonly mountPoints: readonly string[];
  /** Loop devices over files in the folder. */
  readonly loopDevices: readonly string[];
  /** Private traces of the kernel's. */
  readonly traces: readonly string[];
  /** The directory that a plan made on a filesystem of the user's. */
  readonly directory: string | null;
}

/** Finds what is ours and dead; looks only, and needs no privilege. */
export async function findLeftovers(): Promise<Leftover[]> {
  return Promise.all(foldersOfTheDead().map(describe));
}

/** Removes what {@link findLeftovers} found. Throws Unable where that takes root, or where something is in use. */
export async function removeLeftovers(leftovers: readonly Leftover[]): Promise<void> {
  for (const leftover of leftovers) await remove(leftover);
}

async function describe(folder: DeadFolder): Promise<Leftover> {
  const loopDevices = loopDevicesOver(folder.path);
  const mountPoints = [...mountPointsIn(folder.path), ...mountPointsElsewhere(folder.path, loopDevices)];
  const directory = (await ownDirectory(folder)) ? (folder.record.directory?.path ?? null) : null;
  const { token } = folder.record;
  const traces = remainingInstances(instancesOf(token));
  const parts = [
    `folder ${folder.path}`,
    ...mountPoints.map((mountPoint) => `mount ${mountPoint}`),
    ...loopDevices.map((device) => `loop device ${device}`),
    ...traces.map((trace) => `trace ${trace}`),
    ...(directory === null ? [] : [`directory ${directory}`]),
  ];
  const text = `left behind by process ${folder.record.owner.pid}: ${parts.join(', ')}`;
  return { text, folder, mountPoints, loopDevices, traces, directory };
}

async function remove({ folder, mountPoints, loopDevices, traces, directory }: Leftover): Promise<void> {
  if (process.geteuid?.() === 0) {
    await removeAsRoot(folder, mountPoints, loopDevices, traces);
  } else {
    await removeByUdisks(folder, loopDevices);
    await removeByHelper(folder);
  }
  if (mountPointsIn(folder.path).length > 0)
    throw new Unable(`${folder.path} still holds a mount`, folder.path);
  // Looked at again: a good while may have passed while somebody was asked.
  if (directory !== null && (await ownDirectory(folder))) await rm(directory, { recursive: true });
  await removeDeadFolder(folder);
}

/**
 * What UDisks2 has made for this user it takes back without asking; whatever it does not take back is left to the helper. It is
 * there only where somebody has killed the keeper too.
 */
async function removeByUdisks(folder: DeadFolder, loopDevices: readonly string[]): Promise<void> {
  if (loopDevices.length === 0) return;
  const { findUdisks, Udisks, UdisksRefusal } = await import('../privilege/index.ts');
  const found = findUdisks();
  if (found === null) return;
  const udisks = new Udisks(found.client);
  for (const device of loopDevices) {
    const isOurs = (): boolean => isBackedFrom(folder.path, path.basename(device));
    try {
      if (mountPointsElsewhere(folder.path, [device]).length > 0) await udisks.unmount(device);
      if (isOurs()) await udisks.deleteLoop(device);
      await until(() => !isOurs(), { everyMs: 5, patienceMs: 5000 });
    } catch (error) {
      if (!(error instanceof UdisksRefusal)) throw error;
    }
  }
}

/** An ordinary user's labs leave mounts and loop devices only where somebody has killed the helper. */
async function removeByHelper(folder: DeadFolder): Promise<void> {
  if (mountPointsIn(folder.path).length === 0 && loopDevicesOver(folder.path).length === 0) return;
  const { doesEverything, Helper, requireWay } = await import('../privilege/index.ts');
  const { command } = requireWay(doesEverything);
  if (command === null) return;
  const helper = await Helper.start(command);
  try {
    await helper.undoLeftovers(folder.path);
  } finally {
    await helper.close();
  }
}

async function removeAsRoot(
  folder: DeadFolder,
  mountPoints: readonly string[],
  loopDevices: readonly string[],
  traces: readonly string[],
): Promise<void> {
  try {
    // A tracefs may be among the mounts.
    for (const trace of traces) await rmdir(trace);
    // A recorder's disk is a file on a mount of its own, below the loop device: that mount goes last.
    const below = mountPointsIn(folder.path, ({ fsType }) => fsType === recorderType);
    const above = mountPoints.filter((mountPoint) => !below.includes(mountPoint));
    for (const mountPoint of above) await unmount(mountPoint, { flags: unmountFlags.noFollow });
    for (const device of loopDevices) await detachOurs(device, folder.path);
    for (const mountPoint of below) await unmount(mountPoint, { flags: unmountFlags.noFollow });
  } catch (error) {
    throw explained(error, `removing ${folder.path}`);
  }
}

async function detachOurs(device: string, folder: string): Promise<void> {
  const isOurs = (): boolean => isBackedFrom(folder, path.basename(device));
  await whileOpen(device, async () => {
    if (!isOurs()) return;
    await letRequestsGo(path.basename(device));
    await detachLoop(device);
  });
  await until(() => !isOurs(), { everyMs: 5, patienceMs: 5000 });
}

/**
 * Whether the directory that the record names is still the one that was made. Where the process died between noting
 * the name and noting the inode, the name alone (sixteen random digits) has to do, for an empty directory.
 */
async function ownDirectory({ record }: DeadFolder): Promise<boolean> {
  const noted = record.directory;
  if (noted === null) return false;
  try {
    const facts = await lstat(noted.path, { bigint: true });
    if (!facts.isDirectory() || String(facts.dev) !== noted.device) return false;
    if (noted.inode !== null) return String(facts.ino) === noted.inode;
    return (
      facts.uid === (await stat('/proc/self', { bigint: true })).uid &&
      (await readdir(noted.path)).length === 0
    );
  } catch {
    return false;
  }
}
