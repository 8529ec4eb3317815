import { statSync } from 'node:fs';
import path from 'node:path';
import { predictOnDevice } from '../../core/experiment/device.ts';
import { makeWorkFolder } from '../lab/index.ts';
import {
  chooseKernel,
  expectedDrive,
  formatDrive,
  type DriveFacts,
  type GuestFacts,
  type SandboxKernel,
  type SandboxPlan,
} from '../sandbox/index.ts';
import type { Prediction } from './job.ts';
import { chooseProfile, kernelOf } from './profile.ts';
import { imageSource, kernelOfGuest, predictFrom } from './source.ts';
import type { Work } from './thread.ts';

/** What a prediction has to know of a sandbox: its kernel, its drive, and the image that the drive was filled with. */
export interface SandboxFacts {
  readonly guest: GuestFacts;
  readonly drive: DriveFacts;
  /** Null for a drive without a filesystem. */
  readonly image: string | null;
}

/** Predicts what a guest will do, from what it says of itself and from the very bytes on its drive. */
export async function predictSandbox(
  plan: SandboxPlan,
  { guest, drive, image }: SandboxFacts,
  work: Work,
): Promise<Prediction> {
  const { device, rotational, writeThrough } = drive;
  if (image === null) {
    const kernel = kernelOfGuest(guest);
    const { profile, exact } = chooseProfile(plan.allocator, kernel);
    const steps = predictOnDevice(plan.steps, kernelOf(plan.allocator, kernel), device);
    const outcome = { allocator: profile.name, ...(exact ? {} : { profileExact: exact }), steps, files: {} };
    return { outcome, volume: null };
  }
  const settled = { ...plan, target: { ...plan.target, rotational } };
  const source = imageSource(image, 'the image of the sandbox', statSync(image).size);
  return predictFrom(settled, { ...source, device, writeThrough, guest }, work);
}

interface ScratchWork extends Work {
  readonly planFolder?: string;
  readonly kernel?: SandboxKernel;
}

/** Predicts without a guest: what the kernel says of itself is known well enough from its file. */
export async function predictScratchSandbox(plan: SandboxPlan, work: ScratchWork): Promise<Prediction> {
  const { target } = plan;
  const { release, machine } = work.kernel ?? chooseKernel(target, work.planFolder);
  const guest = {
    release,
    possibleCpus: target.cpus ?? 1,
    pageSizeBytes: 4096,
    largeFolios: machine === 'qemu',
  };
  const folder = await makeWorkFolder();
  try {
    const image = target.mkfs ? path.join(folder.path, 'scratch.img') : null;
    if (image !== null) {
      work.onProgress?.({ phase: `mkfs.${target.mkfs?.fs}` });
      await formatDrive(image, target, work.signal);
    }
    return await predictSandbox(plan, { guest, drive: expectedDrive(target, release), image }, work);
  } finally {
    await folder.remove();
  }
}
