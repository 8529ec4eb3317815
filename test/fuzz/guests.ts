import {
  planProfiles,
  type PlanProfile,
  type PlanProfileName,
} from '../../core/experiment/generate/index.ts';
import { parsePlan, type Plan, type PlanInput, type TargetOf } from '../../core/experiment/plan.ts';
import { bootGuest, findKernel, type Guest, type SandboxKernel } from '../../main/sandbox/index.ts';

/** How the guests of a fuzzing run are made. */
export interface GuestSettings {
  /** `uml`, a version, or the path of a kernel. */
  readonly kernel: string;
  readonly cpus: number;
}

type SandboxTarget = TargetOf<'sandbox'>;

/** So that any profile's image finds room in a guest's memory, as far as its plans write it. */
const roomyLoop = '8GiB';

/**
 * Guests of one kernel, one at a time, for many plans. A guest takes any plan after the other where it has loop devices. A kernel
 * without modules has none; its drive is QEMU's NVMe, which is as large as it was when the guest started, so that all
 * plans of a profile then get images of one size, and the next profile another guest.
 */
export class Guests {
  readonly kernel: SandboxKernel;
  readonly #settings: GuestSettings;
  readonly #signal: AbortSignal;
  #guest: { readonly guest: Guest; readonly size: number } | null = null;

  constructor(settings: GuestSettings, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = signal;
    this.kernel = findKernel(settings.kernel);
  }

  /** The plan as it is run in a guest; `seed` decides on the rotational flag, by turns. */
  planFor(profileName: PlanProfileName, plan: PlanInput, seed: number): PlanInput {
    const { target } = plan;
    if (target.kind !== 'loop') throw new Error('random plans work on loop targets');
    const { kind: _kind, ...rest } = target;
    const size = this.#hasLoop ? target.size : onlySizeOf(planProfiles[profileName]);
    return {
      ...plan,
      target: {
        ...rest,
        kind: 'sandbox',
        size,
        kernel: this.#settings.kernel,
        cpus: this.#settings.cpus,
        rotational: seed % 2 === 1,
        drive: { kind: this.#hasLoop ? 'loop' : 'nvme', atomicMax: 0 },
      },
    };
  }

  /** A guest that takes the plan. Throws Failure. */
  async guestFor(plan: Plan): Promise<Guest> {
    const { target } = plan;
    if (target.kind !== 'sandbox') throw new Error('only a sandbox has guests');
    if (this.#guest !== null && (this.#hasLoop || this.#guest.size === target.size)) return this.#guest.guest;
    await this.close();
    const guest = await bootGuest(this.kernel, {
      target: this.#bootTarget(plan, target),
      signal: this.#signal,
    });
    this.#guest = { guest, size: target.size };
    return guest;
  }

  /** Ends the guest; the next plan gets a new one. */
  async close(): Promise<void> {
    const held = this.#guest;
    this.#guest = null;
    await held?.guest.close();
  }

  get #hasLoop(): boolean {
    return this.kernel.modules !== null;
  }

  #bootTarget(plan: Plan, target: SandboxTarget): SandboxTarget {
    if (!this.#hasLoop) return target;
    const { target: roomy } = parsePlan({
      ...plan,
      steps: [],
      target: { ...target, size: roomyLoop },
    } as PlanInput);
    return roomy as SandboxTarget;
  }
}

/** In the middle of a profile's sizes, in steps as the profile takes them. */
function onlySizeOf({ size: [least, most], sizeStep = 2 ** 20 }: PlanProfile): number {
  return Math.round((least + most) / 2 / sizeStep) * sizeStep;
}
