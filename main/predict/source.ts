import { parseKernelRelease, type KernelVersion } from '../../core/atomic/index.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import { Unable } from '../failure.ts';
import type { ReadBytes } from '../lab/index.ts';
import { runningKernel } from '../machine/index.ts';
import type { GuestFacts } from '../sandbox/index.ts';
import { circumstancesOf, loopDevice } from './circumstances.ts';
import { requireDevice } from './device.ts';
import type { Prediction, PredictionJob } from './job.ts';
import { chooseProfile, kernelOf } from './profile.ts';
import { remoteBytes } from './remote-source.ts';
import { predictInThread, type Work } from './thread.ts';

/** Where a prediction reads, and what it is told about the device there. */
export type Source = Pick<
  PredictionJob,
  'sourcePath' | 'sourceName' | 'device' | 'writeThrough' | 'base' | 'memory' | 'freeBytes'
> & {
  /** Reads it where this process may not open it. */
  readonly read?: ReadBytes | null;
  /** Options of the mount where they are not the plan's. */
  readonly mountOptions?: string;
  /** Whose kernel it is, where it is not this machine's. */
  readonly guest?: GuestFacts;
};

/** An image file as a run attaches it. */
export function imageSource(sourcePath: string, sourceName: string, sizeBytes: number): Source {
  const device = loopDevice(sizeBytes);
  return { sourcePath, sourceName, device, writeThrough: false, base: null, memory: null, freeBytes: null };
}

/** A device that carries an unmounted filesystem. */
export function deviceSource(devicePath: string): Source {
  const { facts, writeThrough } = requireDevice(devicePath);
  const where = { sourcePath: devicePath, sourceName: devicePath, device: facts, writeThrough };
  return { ...where, base: null, memory: null, freeBytes: null };
}

/** Predicts from a given source, whatever the plan's target: what a real run does with the image it prepared. */
export async function predictFrom(plan: Plan, source: Source, work: Work): Promise<Prediction> {
  const { mountOptions, guest, read = null, ...where } = source;
  const running = guest ? kernelOfGuest(guest) : runningKernel();
  const { profile, exact } = chooseProfile(plan.allocator, running);
  const circumstances = circumstancesOf(plan.target, source.sourcePath, guest);
  const job: PredictionJob = {
    ...where,
    // A mounted filesystem shows some of its bytes: no more may be read than are needed.
    remote: read === null ? null : remoteBytes(sizeOf(source), source.base !== null),
    plan,
    allocator: profile.name,
    profileExact: exact,
    explain: work.explain ?? false,
    observe: work.observe ?? false,
    replay: work.replay ?? false,
    layers: work.layers ?? null,
    assumeAtomic: work.assumeAtomic ?? false,
    kernel: kernelOf(plan.allocator, running),
    circumstances: mountOptions === undefined ? circumstances : { ...circumstances, mountOptions },
  };
  return predictInThread(job, { ...work, read });
}

function sizeOf({ device, sourceName }: Source): number {
  if (typeof device.sizeBytes === 'number') return device.sizeBytes;
  throw new Unable(`${sourceName}: its size is not known`);
}

/** The version of a guest's kernel. Throws Unable. */
export function kernelOfGuest({ release }: GuestFacts): KernelVersion {
  const version = parseKernelRelease(release);
  if (version === null) throw new Unable(`the guest's kernel calls itself ${release}, which is no version`);
  return version;
}
