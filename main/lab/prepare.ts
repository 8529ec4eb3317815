import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Plan, TargetOf } from '../../core/experiment/plan.ts';
import { throwIfCancelled, Unable } from '../failure.ts';
import { deviceNumber, possibleCpus } from '../machine/index.ts';
import { Executor } from '../native/index.ts';
import { doesEverything, requireWay } from '../privilege/index.ts';
import { Cleanup } from './cleanup.ts';
import { claimableDevice } from './block/guard.ts';
import { claimedDeviceSite, deviceSite } from './device-site.ts';
import { mountedTarget } from './directory-site.ts';
import { filesystemSite } from './filesystem-site.ts';
import { filesystemIn, identifyFilesystem, superblockAreaBytes, type FilesystemKind } from './filesystem.ts';
import { makeWorkFolder, type WorkFolder } from './folder.ts';
import { formatImage } from './format.ts';
import { copyImage } from './image-copy.ts';
import { attachImage } from './loop-image.ts';
import { MountedFilesystem } from './mounted.ts';
import { effectiveMountOptions } from './options.ts';
import { explained } from './privilege.ts';
import { asRoot } from './privileges/as-root.ts';
import { openPrivileges, openWholePrivileges } from './privileges/open.ts';
import type { Privileges } from './privileges/privileges.ts';
import { udisksWish } from './privileges/udisks-wish.ts';
import type { ClaimedDisk } from './privileges/whole.ts';
import { RealLab, type LabParts } from './real-lab.ts';
import type { Lab, LabMachine, PrepareOptions } from './types.ts';

/**
 * Prepares the target of a plan up to the point where it could be mounted: makes or copies the image, formats it,
 * attaches it. Whatever the outcome, nothing is left behind once {@link Lab.dispose} has run; a failure here disposes
 * by itself. Throws InputError, Unable or Cancelled.
 */
export async function prepareTarget(plan: Plan, options: PrepareOptions = {}): Promise<Lab> {
  requireWayFor(plan.target.kind);
  checkCpus(plan.target.cpus);
  const cleanup = new Cleanup();
  try {
    const parts = await prepareParts(plan, options, cleanup);
    throwIfCancelled(options.signal);
    return new RealLab({ ...parts, plan, cleanup });
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

/**
 * As {@link prepareTarget}, inside of a sandbox's guest: the drive at `device` carries what the plan starts from, and
 * belongs to nobody else.
 */
export async function prepareDrive(plan: Plan, device: string, limits: DeviceLimits): Promise<Lab> {
  const { target } = plan;
  if (target.kind !== 'sandbox') throw new Error(`a ${target.kind} target has no drive`);
  const cleanup = new Cleanup();
  try {
    const parts = target.mkfs
      ? await prepareFormatted(target, device, limits, cleanup)
      : bareDevice(target.tid, { path: device, step: null }, limits, cleanup);
    return new RealLab({ ...parts, plan, cleanup });
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function prepareFormatted(
  target: TargetOf<'sandbox'>,
  device: string,
  limits: DeviceLimits,
  cleanup: Cleanup,
): Promise<Prepared> {
  const folder = await makeWorkFolder();
  cleanup.add(() => folder.remove());
  const kind = await identifyFilesystem(device);
  const parts = { kind, target, folder, privileges: asRoot(folder), cleanup };
  return mountable({ image: device, device, limits, ...parts });
}

type Prepared = Omit<LabParts, 'plan' | 'cleanup'>;

async function prepareParts(plan: Plan, options: PrepareOptions, cleanup: Cleanup): Promise<Prepared> {
  const { target } = plan;
  switch (target.kind) {
    case 'loop':
    case 'image':
      return prepareImage(plan, target, options, cleanup);
    case 'block':
      return prepareBlock(target, options, cleanup);
    case 'mounted':
      return prepareMounted(plan, target, options, cleanup);
    case 'sandbox':
      throw new Error('a sandbox is prepared by main/sandbox');
  }
}

async function prepareImage(
  plan: Plan,
  target: TargetOf<'loop'> | TargetOf<'image'>,
  { planFolder = '.', trace = false, onProgress, signal }: PrepareOptions,
  cleanup: Cleanup,
): Promise<Prepared> {
  const folder = await makeWorkFolder();
  cleanup.add(() => folder.remove());
  // First, since somebody may have to be asked.
  const wish = await udisksWish(plan, target, { planFolder, trace });
  const privileges = await openPrivileges(folder, wish, onProgress);
  cleanup.add(() => privileges.end());
  const image = path.join(folder.path, 'image');
  if (target.kind === 'loop') {
    onProgress?.({ phase: `formatting ${target.mkfs.fs}` });
    await formatImage(image, target.size, target.mkfs, signal);
  } else {
    onProgress?.({ phase: 'copying the image' });
    await copyImage(path.resolve(planFolder, target.path), image, signal);
  }
  const name = target.kind === 'image' ? path.resolve(planFolder, target.path) : image;
  const kind = await identifyFilesystem(image, name);
  const options = effectiveMountOptions(target.mountOptions, kind, target.buddies);
  await privileges.adopt?.(image, { fs: kind.fs, options });
  const loop = await attachImage(image, target.rotational, cleanup, { privileges });
  const parts = { kind, target, folder, privileges, cleanup };
  return mountable({ image, device: loop.path, limits: loop, ...parts });
}

async function prepareBlock(
  target: TargetOf<'block'>,
  { planFolder = '.', destroy, onProgress, signal }: PrepareOptions,
  cleanup: Cleanup,
): Promise<Prepared> {
  const name = path.resolve(planFolder, target.path);
  // What everybody may see is looked at before anybody is asked for a password.
  if (requireWay(doesEverything).way !== 'root') await claimableDevice(name, destroy);
  const folder = await makeWorkFolder();
  cleanup.add(() => folder.remove());
  const privileges = await openWholePrivileges(folder, onProgress);
  cleanup.add(() => privileges.end());
  const device = await privileges.claim(name, destroy, 'target.path');
  checkRotational(target.rotational, device.rotational);
  const limits = { rotational: device.rotational, logicalBlockBytes: device.logicalSectorBytes };
  if (!target.mkfs) return bareDevice(target.tid, device, limits, cleanup);
  onProgress?.({ phase: `formatting ${target.mkfs.fs}` });
  await device.format(target.mkfs, signal);
  const kind = device.read
    ? filesystemIn(await device.read(0, superblockAreaBytes), name)
    : await identifyFilesystem(device.path);
  const parts = { kind, target, folder, privileges, cleanup };
  const prepared = await mountable({ image: device.path, device: device.path, limits, ...parts });
  return { ...prepared, ...(device.read ? { read: device.read } : {}) };
}

/** A device without a filesystem. */
function bareDevice(
  threadId: number,
  { path: device, step }: Pick<ClaimedDisk, 'path' | 'step'>,
  limits: DeviceLimits,
  cleanup: Cleanup,
): Prepared {
  const executor = startExecutor(threadId, cleanup);
  return {
    image: device,
    machine: machineFacts(threadId, limits),
    mountOptions: '',
    executor,
    site: step ? claimedDeviceSite(step) : deviceSite(device, executor, cleanup),
    traceable: null,
  };
}

async function prepareMounted(
  plan: Plan,
  target: TargetOf<'mounted'>,
  { planFolder = '.', trace = false, onProgress }: PrepareOptions,
  cleanup: Cleanup,
): Promise<Prepared> {
  const isRoots = requireWay(doesEverything).way === 'root';
  if (trace && !isRoots)
    throw new Unable(
      'a trace of a mounted target shows what everybody does on that filesystem, which is for root alone: leave --trace out, or start it with sudo',
    );
  const folder = await makeWorkFolder();
  cleanup.add(() => folder.remove());
  const privileges = await openWholePrivileges(folder, onProgress);
  cleanup.add(() => privileges.end());
  const executor = startExecutor(target.tid, cleanup);
  const mounted = await mountedTarget(plan, target, planFolder, folder, executor, privileges, cleanup);
  checkRotational(target.rotational, mounted.rotational);
  const machine = machineFacts(target.tid, mounted);
  const { mount, site } = mounted;
  const traceable = isRoots && mount.fsType === 'ext4' ? { privileges, device: mount.device } : null;
  return { image: null, machine, mountOptions: mount.options, executor, site, traceable };
}

/** What a plan's answers depend on, of the device below. */
export interface DeviceLimits {
  readonly rotational: boolean;
  readonly logicalBlockBytes: number;
}

interface Mountable {
  readonly image: string;
  readonly device: string;
  readonly kind: FilesystemKind;
  readonly target: TargetOf<'loop'> | TargetOf<'image'> | TargetOf<'block'> | TargetOf<'sandbox'>;
  readonly folder: WorkFolder;
  readonly privileges: Privileges;
  readonly cleanup: Cleanup;
  readonly limits: DeviceLimits;
}

/** A device with a filesystem, up to the point where it could be mounted. */
async function mountable({
  image,
  device,
  kind,
  target,
  folder,
  privileges,
  cleanup,
  limits,
}: Mountable): Promise<Prepared> {
  const executor = startExecutor(target.tid, cleanup);
  const mountOptions = effectiveMountOptions(target.mountOptions, kind, target.buddies);
  const mountPoint = path.join(folder.path, 'mount');
  const request = { device, mountPoint, kind, options: mountOptions, buddies: target.buddies };
  const filesystem = new MountedFilesystem(request, executor, privileges, cleanup);
  const number = deviceNumber((await stat(device, { bigint: true })).rdev);
  const site = filesystemSite(filesystem, privileges, number, target.buddies === 'warm');
  const machine = machineFacts(target.tid, limits);
  const traceable = kind.fs === 'ext4' ? { privileges, device: number } : null;
  const unwatched = (): readonly string[] => privileges.unwatched;
  return { image, machine, mountOptions, executor, site, traceable, unwatched };
}

function machineFacts(threadId: number, { rotational, logicalBlockBytes }: DeviceLimits): LabMachine {
  return {
    possibleCpus: possibleCpus(),
    rotational,
    threadId,
    kernelRelease: os.release(),
    logicalBlockBytes,
  };
}

/** The plan's calls come from CPU 0; the thread is chosen so that its id fits. */
function startExecutor(threadIdModulo16: number, cleanup: Cleanup): Executor {
  try {
    const executor = new Executor({ cpu: 0, threadIdModulo16 });
    cleanup.add(() => executor.end());
    return executor;
  } catch (error) {
    throw explained(error, 'starting a thread on CPU 0');
  }
}

/** UDisks2 does for images of one's own; what was there before takes root or the helper. */
function requireWayFor(kind: Plan['target']['kind']): void {
  if (kind === 'loop' || kind === 'image') requireWay();
  else requireWay(doesEverything);
}

function checkCpus(asked: number | undefined): void {
  const here = possibleCpus();
  if (asked === undefined || asked === here) return;
  throw new Unable(
    `target.cpus: the plan asks for ${asked} possible CPUs and this machine has ${here}; predict can answer it`,
    'target.cpus',
  );
}

function checkRotational(asked: boolean | undefined, here: boolean): void {
  if (asked === undefined || asked === here) return;
  throw new Unable(
    `target.rotational: the plan asks for ${asked} and the disk says ${here}; predict can answer it`,
    'target.rotational',
  );
}
