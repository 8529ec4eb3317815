import os from 'node:os';
import path from 'node:path';
import type { Plan, TargetOf } from '../../core/experiment/plan.ts';
import { throwIfCancelled, Unable } from '../failure.ts';
import { possibleCpus } from '../machine/index.ts';
import { Executor } from '../native/index.ts';
import { Cleanup } from './cleanup.ts';
import { filesystemSite } from './filesystem-site.ts';
import { identifyFilesystem } from './filesystem.ts';
import { makeWorkFolder } from './folder.ts';
import { formatImage } from './format.ts';
import { copyImage } from './image-copy.ts';
import { attachImage } from './loop-image.ts';
import { MountedFilesystem } from './mounted.ts';
import { effectiveMountOptions } from './options.ts';
import { explained, requireRoot } from './privilege.ts';
import { RealLab, type LabParts } from './real-lab.ts';
import type { Lab, PrepareOptions } from './types.ts';

/**
 * Prepares the target of a plan up to the point where it could be mounted: makes or copies the image, formats it,
 * attaches it. Whatever the outcome, nothing is left behind once {@link Lab.dispose} has run; a failure here disposes
 * by itself. Throws InputError, Unable or Cancelled.
 */
export async function prepareTarget(plan: Plan, options: PrepareOptions = {}): Promise<Lab> {
  requireRoot();
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

type Prepared = Omit<LabParts, 'plan' | 'cleanup'>;

async function prepareParts(plan: Plan, options: PrepareOptions, cleanup: Cleanup): Promise<Prepared> {
  const { target } = plan;
  switch (target.kind) {
    case 'loop':
    case 'image':
      return prepareImage(target, options, cleanup);
    case 'mounted':
    case 'block':
    case 'sandbox':
      throw new Unable(`target.kind: "${target.kind}" cannot be run here`, 'target.kind');
  }
}

async function prepareImage(
  target: TargetOf<'loop'> | TargetOf<'image'>,
  { planFolder = '.', onProgress, signal }: PrepareOptions,
  cleanup: Cleanup,
): Promise<Prepared> {
  const folder = await makeWorkFolder();
  cleanup.add(() => folder.remove());
  const image = path.join(folder.path, 'image');
  if (target.kind === 'loop') {
    onProgress?.({ phase: `formatting ${target.mkfs.fs}` });
    await formatImage(image, target.size, target.mkfs, signal);
  } else {
    onProgress?.({ phase: 'copying the image' });
    await copyImage(path.resolve(planFolder, target.path), image, signal);
  }
  const kind = await identifyFilesystem(image);
  const loop = await attachImage(image, target.rotational, cleanup);
  const executor = startExecutor(target.tid);
  const mountOptions = effectiveMountOptions(target.mountOptions, kind, target.buddies);
  const mountPoint = path.join(folder.path, 'mount');
  const request = { device: loop.path, mountPoint, kind, options: mountOptions, buddies: target.buddies };
  const filesystem = new MountedFilesystem(request, executor, cleanup);
  return {
    image,
    machine: {
      possibleCpus: possibleCpus(),
      rotational: loop.rotational,
      threadId: target.tid,
      kernelRelease: os.release(),
      logicalBlockBytes: loop.logicalBlockBytes,
    },
    mountOptions,
    executor,
    site: filesystemSite(filesystem, target.buddies === 'warm'),
  };
}

/** The plan's calls come from CPU 0; the thread is chosen so that its id fits. */
function startExecutor(threadIdModulo16: number): Executor {
  try {
    return new Executor({ cpu: 0, threadIdModulo16 });
  } catch (error) {
    throw explained(error, 'starting a thread on CPU 0');
  }
}

function checkCpus(asked: number | undefined): void {
  const here = possibleCpus();
  if (asked === undefined || asked === here) return;
  throw new Unable(
    `target.cpus: the plan asks for ${asked} possible CPUs and this machine has ${here}; predict can answer it`,
    'target.cpus',
  );
}
