import { parsePlan, type TargetOf } from '../../../core/experiment/plan.ts';
import { plainDrive } from '../../../core/torn/crash/index.ts';
import type { RehearsalSettings } from '../../../core/torn/index.ts';
import { InputError } from '../../failure.ts';
import { chooseKernel, type SandboxKernel } from '../../sandbox/index.ts';
import { newSeed } from '../random.ts';
import type { ForgetfulModel } from './forgetful-drive.ts';

/** What a caller may ask of a rehearsal; what is left out is decided here. */
export interface RehearsalWishes {
  /** A name or a path of a kernel for QEMU; the newest where it is left out. */
  readonly kernel?: string;
  readonly on?: RehearsalSettings['on'];
  readonly unitBytes?: number;
  /** What the drive keeps whole, where that is not what it claims: the unit. */
  readonly keepsBytes?: number;
  readonly atomic?: boolean;
  readonly sync?: RehearsalSettings['sync'];
  readonly lies?: boolean;
  readonly times?: number;
  readonly seed?: number;
}

/** A rehearsal with everything decided. */
export interface RehearsalPlan {
  readonly settings: RehearsalSettings;
  readonly target: TargetOf<'sandbox'>;
  readonly kernel: SandboxKernel;
}

const MiB = 2 ** 20;
const sizes = { device: 64 * MiB, ext4: 64 * MiB, xfs: 320 * MiB } as const;
const usualUnitBytes = 16384;
const usualTimes = 20;

/** Throws InputError, Unable. */
export function planRehearsal(wishes: RehearsalWishes): RehearsalPlan {
  const { on = 'device', unitBytes = usualUnitBytes, atomic = true, sync = 'dsync' } = wishes;
  const { keepsBytes = unitBytes, lies = false, times = usualTimes, seed = newSeed() } = wishes;
  if (!Number.isInteger(Math.log2(unitBytes)) || unitBytes < 4096 || unitBytes > 65536)
    throw new InputError('--unit: a rehearsal takes a power of two from 4KiB to 64KiB', '--unit');
  if (keepsBytes < 512 || keepsBytes % 512 !== 0)
    throw new InputError('--drive-unit: a drive keeps whole sectors of 512 bytes', '--drive-unit');
  const plan = parsePlan({
    version: 1,
    target: {
      kind: 'sandbox',
      size: sizes[on],
      drive: { kind: 'nvme', atomicMax: unitBytes },
      ...(on === 'device' ? {} : { mkfs: { fs: on, args: mkfsArguments(on, unitBytes) } }),
      ...(wishes.kernel === undefined ? {} : { kernel: wishes.kernel }),
    },
    steps: [],
  });
  const target = plan.target as TargetOf<'sandbox'>;
  const kernel = chooseKernel(target);
  if (kernel.machine !== 'qemu')
    throw new InputError('--kernel: a rehearsal takes a kernel for QEMU, for its NVMe drive', '--kernel');
  // A filesystem relies on FUA, which QEMU's NVMe drive takes and forgets (docs/crash-states.md): there each write goes through.
  const drive = { claimsBytes: unitBytes, keepsBytes, lies, volatileCache: on === 'device' };
  const settings = { kernel: kernel.release, on, unitBytes, atomic, sync, drive, times, seed };
  return { settings, target, kernel };
}

/** A filesystem on which RWF_ATOMIC takes the unit. */
function mkfsArguments(on: 'ext4' | 'xfs', unitBytes: number): string[] {
  if (on === 'xfs') return [];
  return unitBytes === 4096 ? ['-b', '4096'] : ['-b', '4096', '-O', 'bigalloc', '-C', String(unitBytes)];
}

/** The drive of a rehearsal. */
export function driveOf({ drive: { keepsBytes, lies } }: RehearsalSettings): ForgetfulModel {
  const promises = { ...plainDrive, atomicUnitBytes: keepsBytes };
  return { promises, lies, cacheBytes: 8 * MiB, slowestMs: 60 };
}

/** A drive that forgets nothing, for the look at what is left. */
export const honestDrive: ForgetfulModel = {
  promises: plainDrive,
  lies: false,
  cacheBytes: 0,
  slowestMs: 1,
};
