import { statSync } from 'node:fs';
import path from 'node:path';
import { assertUnreachable } from '../../core/assert.ts';
import type { BaseDirectory } from '../../core/experiment/execute.ts';
import { predictOnDevice } from '../../core/experiment/device.ts';
import type { Plan, TargetOf } from '../../core/experiment/plan.ts';
import { InputError, Unable } from '../failure.ts';
import { formatImage, makeWorkFolder, planFolderName, type Observation } from '../lab/index.ts';
import { runningKernel } from '../machine/index.ts';
import type { SandboxKernel } from '../sandbox/index.ts';
import { requireDevice } from './device.ts';
import type { Prediction } from './job.ts';
import { readMemory } from './memory.ts';
import { findMounted } from './mounted.ts';
import { chooseProfile, kernelOf } from './profile.ts';
import { predictScratchSandbox } from './sandbox.ts';
import { imageSource, predictFrom, type Source } from './source.ts';
import type { Work } from './thread.ts';

export interface PredictOptions extends Work {
  /** Folder that relative paths of the plan begin at; the current one where it is left out. */
  readonly planFolder?: string;
  /** An unmounted image in place of the plan's target; only read. */
  readonly image?: string;
  /** What a run found out about a mounted target beforehand. */
  readonly observation?: Observation;
  /** For a plan in a sandbox: its kernel, in place of the one that the plan names. */
  readonly kernel?: SandboxKernel;
}

/**
 * Predicts a plan: the mirror's work alone. Nothing is mounted, no step reaches a kernel, and mkfs, for a scratch image
 * that is removed afterwards, is the only child. Throws Failure, Cancelled.
 */
export async function predictPlan(plan: Plan, options: PredictOptions = {}): Promise<Prediction> {
  const { target } = plan;
  if (options.image !== undefined) return predictImage(plan, options.image, options);
  switch (target.kind) {
    case 'loop':
      return predictFormatted(plan, target, target.size, options);
    case 'image':
      return predictImage(plan, path.resolve(options.planFolder ?? '.', target.path), options);
    case 'block':
      return predictBlock(plan, target, options);
    case 'mounted':
      return predictMounted(plan, target, options);
    case 'sandbox':
      return predictScratchSandbox({ ...plan, target }, options);
    default:
      return assertUnreachable(target);
  }
}

async function predictImage(plan: Plan, image: string, work: Work): Promise<Prediction> {
  const stat = statSync(image, { throwIfNoEntry: false });
  if (!stat) throw new InputError(`${image}: no such file`, image);
  if (stat.isDirectory()) throw new InputError(`${image}: is a directory, not an image`, image);
  return predictFrom(plan, imageSource(image, image, stat.size), work);
}

/** A scratch image, made by the very command that a real run uses. */
async function predictFormatted(
  plan: Plan,
  target: TargetOf<'loop'> | (TargetOf<'block'> & { mkfs: object }),
  sizeBytes: number,
  work: Work,
  device: Pick<Source, 'device' | 'writeThrough'> | null = null,
): Promise<Prediction> {
  const folder = await makeWorkFolder();
  try {
    const image = path.join(folder.path, 'scratch.img');
    work.onProgress?.({ phase: `mkfs.${target.mkfs.fs}` });
    await formatImage(image, sizeBytes, target.mkfs, work.signal);
    const source = imageSource(image, 'the scratch image', sizeBytes);
    return await predictFrom(plan, device ? { ...source, ...device } : source, work);
  } finally {
    await folder.remove();
  }
}

async function predictBlock(
  plan: Plan,
  target: TargetOf<'block'>,
  work: PredictOptions,
): Promise<Prediction> {
  const device = requireDevice(path.resolve(work.planFolder ?? '.', target.path));
  const { facts, writeThrough } = device;
  if (target.mkfs) {
    if (facts.sizeBytes === 'unknown')
      throw new Unable(`${target.path}: its size is not known`, 'target.path');
    const rotational = target.rotational ?? device.rotational === true;
    const formatted = { ...target, mkfs: target.mkfs, rotational };
    const onDevice = { ...plan, target: formatted };
    return predictFormatted(onDevice, formatted, facts.sizeBytes, work, { device: facts, writeThrough });
  }
  const running = runningKernel();
  const { profile, exact } = chooseProfile(plan.allocator, running);
  const steps = predictOnDevice(plan.steps, kernelOf(plan.allocator, running), facts);
  const outcome = { allocator: profile.name, ...(exact ? {} : { profileExact: exact }), steps, files: {} };
  return { outcome, volume: null };
}

/** A directory of a live filesystem: the plan works in a new directory below it. */
async function predictMounted(
  plan: Plan,
  target: TargetOf<'mounted'>,
  options: PredictOptions,
): Promise<Prediction> {
  const remount = plan.steps.findIndex(({ op }) => op === 'remount');
  if (remount >= 0) {
    const place = `steps[${remount}]`;
    throw new InputError(`${place}: a mounted target is in use and is not remounted`, place);
  }
  const directory = path.resolve(options.planFolder ?? '.', target.path);
  return predictFrom(plan, await mountedSource(directory, options.observation ?? null), options);
}

/** As long as the name of the directory that a run makes: how long it is can matter to the directory that it lies in. */
const standInName = `untorn-${'0'.repeat(16)}`;

/** The device under a mounted directory; the plan works in a new directory below it, or in the one that a run made. */
async function mountedSource(directory: string, observation: Observation | null): Promise<Source> {
  const { device, devicePath, inside, options, freeBytes, fsType } = findMounted(
    observation?.directory ?? directory,
    { isRead: !observation?.read },
  );
  const name = device.facts.name;
  const memory = fsType === 'ext4' ? await readMemory(directory, name, observation?.probes ?? null) : null;
  return {
    sourcePath: devicePath,
    sourceName: devicePath,
    device: device.facts,
    writeThrough: device.writeThrough,
    read: observation?.read ?? null,
    base: observation ? baseIn(observation, inside) : newDirectories(inside),
    memory,
    freeBytes,
    mountOptions: options,
  };
}

/** By its inode where the directories on the way to it are not shown. */
function baseIn({ directory, read }: Observation, inside: string): BaseDirectory {
  const ino = read === null ? {} : { ino: statSync(directory).ino };
  return { path: inside, toMake: [], ...ino };
}

/** What a run would make first. */
function newDirectories(inside: string): BaseDirectory {
  const outer = path.posix.join(inside, standInName);
  const inner = path.posix.join(outer, planFolderName);
  return { path: inner, toMake: [outer, inner] };
}
