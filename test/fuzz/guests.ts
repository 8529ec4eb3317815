import type { Plan, PlanInput, TargetOf } from '../../core/experiment/plan.ts';
import {
  bootGuest,
  findKernel,
  type Guest,
  type Patience,
  type SandboxKernel,
} from '../../main/sandbox/index.ts';

/** How the guests of a fuzzing run are made. */
export interface GuestSettings {
  /** `uml`, a version, or the path of a kernel. */
  readonly kernel: string;
  readonly cpus: number;
}

/** Sweeps run in the background: a guest may wait long for its turn. */
const patience: Patience = { bootMs: 900_000, silenceMs: 600_000, stepMs: 1_200_000 };
/** So that any profile's image finds room in the memory of a guest that keeps images there, as far as its plans write it. */
const roomyBytes = 8 * 2 ** 30;

/** Guests of one kernel, one at a time, each for as many plans as it lives through. */
export class Guests {
  readonly kernel: SandboxKernel;
  readonly #settings: GuestSettings;
  readonly #signal: AbortSignal;
  #guest: Guest | null = null;

  /** Throws Unable where there is no such kernel. */
  constructor(settings: GuestSettings, signal: AbortSignal) {
    this.#settings = settings;
    this.#signal = signal;
    this.kernel = findKernel(settings.kernel);
  }

  /** The plan as it is run in a guest; `seed` decides on the rotational flag, by turns. */
  planFor(plan: PlanInput, seed: number): PlanInput {
    const { target } = plan;
    if (target.kind !== 'loop') throw new Error('random plans work on loop targets');
    const { kernel, cpus } = this.#settings;
    const drive = { kind: 'loop', atomicMax: 0 } as const;
    return {
      ...plan,
      target: { ...target, kind: 'sandbox', kernel, cpus, rotational: seed % 2 === 1, drive },
    };
  }

  /** A guest that takes the plan. Throws Failure. */
  async guestFor(plan: Plan): Promise<Guest> {
    const { target } = plan;
    if (target.kind !== 'sandbox') throw new Error('only a sandbox has guests');
    const roomy: TargetOf<'sandbox'> = { ...target, size: roomyBytes };
    this.#guest ??= await bootGuest(this.kernel, {
      target: roomy,
      steady: true,
      patience,
      signal: this.#signal,
    });
    return this.#guest;
  }

  /** Ends the guest; the next plan gets a new one. */
  async close(): Promise<void> {
    const guest = this.#guest;
    this.#guest = null;
    await guest?.close();
  }
}
