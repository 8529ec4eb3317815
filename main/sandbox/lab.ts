import path from 'node:path';
import type { Mkfs, Plan, TargetOf } from '../../core/experiment/plan.ts';
import { InputError, Unable } from '../failure.ts';
import {
  formatImage,
  makeWorkFolder,
  type ExecuteOptions,
  type Lab,
  type PrepareOptions,
} from '../lab/index.ts';
import { bootGuest, type Guest } from './host/boot.ts';
import type { Patience } from './host/guest.ts';
import { chooseKernel } from './kernel/choose.ts';
import type { SandboxKernel } from './kernel/types.ts';
import type { DriveFacts, GuestFacts } from './protocol.ts';

export type SandboxPlan = Plan & { readonly target: TargetOf<'sandbox'> };

/** A lab whose kernel and drive are a guest's. */
export interface SandboxLab extends Lab {
  readonly guest: GuestFacts;
  readonly drive: DriveFacts;
}

export interface SandboxOptions extends PrepareOptions {
  /** A guest that is up already and stays so. */
  readonly guest?: Guest;
  /** In place of the kernel that the target names. */
  readonly kernel?: SandboxKernel;
  readonly patience?: Patience;
}

/** Whether a plan's target is a sandbox. */
export function isSandboxPlan(plan: Plan): plan is SandboxPlan {
  return plan.target.kind === 'sandbox';
}

export function isSandboxLab(lab: Lab): lab is SandboxLab {
  return 'guest' in lab;
}

/**
 * Makes a sandbox ready: the image formatted on this host, a guest started, its drive filled with the very bytes of the image. Nothing
 * is left behind once {@link Lab.dispose} has run; a failure here disposes by itself. Throws Failure, Cancelled.
 */
export async function prepareSandbox(plan: SandboxPlan, options: SandboxOptions = {}): Promise<SandboxLab> {
  const { target } = plan;
  const folder = await makeWorkFolder();
  const booting = options.guest ? Promise.resolve(options.guest) : boot(target, options);
  // Told apart below; here only so that a failure of the image is not followed by an unhandled one.
  booting.catch(() => undefined);
  const dispose = async (): Promise<void> => {
    if (!options.guest)
      await booting.then(
        (guest) => guest.close(),
        () => undefined,
      );
    await folder.remove();
  };
  try {
    const image = target.mkfs ? path.join(folder.path, 'image') : null;
    if (target.mkfs && image !== null) {
      options.onProgress?.({ phase: `formatting ${target.mkfs.fs}` });
      await formatDrive(image, target, options.signal);
    }
    options.onProgress?.({ phase: 'starting the sandbox' });
    const guest = await booting;
    const drive = await guest.attach(target, image);
    return labOf(plan, guest, drive, image, dispose);
  } catch (error) {
    await dispose();
    throw error;
  }
}

function boot(
  target: TargetOf<'sandbox'>,
  { planFolder, kernel, patience, signal }: SandboxOptions,
): Promise<Guest> {
  try {
    const chosen = kernel ?? chooseKernel(target, planFolder);
    return bootGuest(chosen, { target, ...(patience ? { patience } : {}), ...(signal ? { signal } : {}) });
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

/**
 * Makes the image that a sandbox's drive is filled with. Throws as formatImage does; the drive is part of what is emulated, so that
 * one that is too small for its filesystem cannot be had (Unable).
 */
export async function formatDrive(
  image: string,
  { size, drive, mkfs }: TargetOf<'sandbox'>,
  signal?: AbortSignal,
): Promise<void> {
  if (!mkfs) throw new Error('a drive without a filesystem is not formatted');
  try {
    await formatImage(image, size, forSectors(mkfs, drive.logicalBlockSize), signal);
  } catch (error) {
    if (!(error instanceof InputError) || !/too small|smaller|minimum/i.test(error.message)) throw error;
    throw new Unable(
      `target.size: the drive of ${size} bytes is too small: ${error.message}`,
      'target.size',
      {
        cause: error,
      },
    );
  }
}

/** mkfs.xfs takes a file's sectors for 512 bytes; an ext4's blocks are as large as a sector, or the kernel does not mount it. */
function forSectors(mkfs: Mkfs, sectorBytes: number): Mkfs {
  if (mkfs.fs !== 'xfs' || sectorBytes === 512 || mkfs.args.some((argument) => argument.startsWith('-s')))
    return mkfs;
  return { ...mkfs, args: ['-s', `size=${sectorBytes}`, ...mkfs.args] };
}

function labOf(
  plan: SandboxPlan,
  guest: Guest,
  drive: DriveFacts,
  image: string | null,
  dispose: () => Promise<void>,
): SandboxLab {
  const { logicalBlockBytes } = drive.device;
  let disposed: Promise<void> | null = null;
  return {
    image,
    guest: guest.facts,
    drive,
    machine: {
      possibleCpus: guest.facts.possibleCpus,
      rotational: drive.rotational,
      threadId: plan.target.tid,
      kernelRelease: guest.facts.release,
      logicalBlockBytes:
        logicalBlockBytes === 'unknown' ? plan.target.drive.logicalBlockSize : logicalBlockBytes,
    },
    mountOptions: plan.target.mountOptions,
    observe: () => Promise.resolve(null),
    execute: ({ trace = false, onProgress }: ExecuteOptions = {}) => guest.run(plan, trace, onProgress),
    dispose: () => (disposed ??= dispose()),
  };
}
