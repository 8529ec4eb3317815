/** Storms of stamped writes, and passes over their targets (native/io/storm.h, slots.h). */
import type { StormNumbers } from '../../core/torn/index.ts';
import { addon, type AddonSlotJob, type AddonStorm } from './addon.ts';

/** A target as slots of one length. */
export interface SlotArea {
  readonly path: string;
  readonly direct: boolean;
  readonly run: bigint;
  readonly blockBytes: number;
  readonly slotBytes: number;
  readonly slots: number;
}

export interface SlotScan {
  /** Slots that are whole and of the expected generation. */
  readonly clean: number;
  /** All others, ascending. */
  readonly suspects: Float64Array;
}

/** One long pass over a target, off the event loop; {@link done} says at any time how many slots are behind it. */
export class SlotJob {
  readonly #native: AddonSlotJob;

  constructor({ path, direct, run, blockBytes, slotBytes, slots }: SlotArea) {
    const { SlotJob: Native } = addon();
    this.#native = new Native(path, direct, BigInt.asIntN(64, run), blockBytes, slotBytes, slots);
  }

  get done(): number {
    return this.#native.done;
  }

  /** Writes generation 0 into every slot and makes it durable. */
  async prepare(): Promise<void> {
    return this.#native.prepare();
  }

  /** Reads every slot. `expected`: its generation, or -1 where several are right, which makes it a suspect. */
  async scan(expected: Float64Array, threads: number): Promise<SlotScan> {
    return this.#native.scan(expected, threads);
  }

  /** Ends the pass early; what it gives then is not of all slots. */
  stop(): void {
    this.#native.stop();
  }
}

export interface StormRequest {
  readonly area: SlotArea;
  /** File of the journal, which must not exist. */
  readonly journal: string;
  /** Lengths of units: whole blocks that divide a slot. */
  readonly unitBytes: readonly number[];
  readonly writers: number;
  readonly readers: number;
  /** Writes in flight per writer: threads, or entries of an io_uring. */
  readonly depth: number;
  readonly overlapping: boolean;
  readonly ring: boolean;
  /** Bits of `writeFlags`. */
  readonly flags: number;
  readonly fsyncEach: boolean;
  /** 0 stands for no limit in each of these. */
  readonly mostWrites: number;
  readonly mostMilliseconds: number;
  readonly writesPerSecond: number;
  readonly seed: number;
}

/** Numbers of a storm so far; latencies are always among them. */
export type StormCounters = Required<StormNumbers>;

/** A unit that a reader saw and that must not be. */
export interface WrongRead {
  readonly address: number;
  /** Generations below it had been replaced when the read began; 0 where that is not known. */
  readonly atLeast: number;
  readonly bytes: Uint8Array;
}

export interface StormEnd {
  /** Errno's name of the first write that failed. */
  readonly error?: string;
  /** Bytes of a short write, where that ended the storm. */
  readonly shortBytes?: number;
  readonly seconds: number;
  /** The first few. */
  readonly wrongReads: readonly WrongRead[];
}

/** A storm; it runs once. */
export class NativeStorm {
  readonly #native: AddonStorm;

  /** Makes the journal. Throws a SystemCallError, or a RangeError where sizes do not fit. */
  constructor(request: StormRequest) {
    const { Storm: Native } = addon();
    const { area } = request;
    this.#native = new Native(
      area.path,
      area.direct,
      BigInt.asIntN(64, area.run),
      area.blockBytes,
      area.slotBytes,
      area.slots,
      request.journal,
      Uint32Array.from(request.unitBytes),
      request.writers,
      request.readers,
      request.depth,
      request.overlapping,
      request.ring,
      request.flags,
      request.fsyncEach,
      request.mostWrites,
      request.mostMilliseconds,
      request.writesPerSecond,
      request.seed,
    );
  }

  /** Runs until a limit is reached, a write fails, or {@link stop}. Rejects where the storm itself cannot go on. */
  async run(): Promise<StormEnd> {
    return this.#native.run();
  }

  /** No further write begins. */
  stop(): void {
    this.#native.stop();
  }

  /**
   * The moment on the storm's clock, for somebody who shuts the target's filesystem down next: what is acknowledged after it
   * was acknowledged by a filesystem that was going down.
   */
  moment(): number {
    return this.#native.moment();
  }

  counters(): StormCounters {
    return this.#native.counters();
  }
}

/** Why there is no io_uring in this build or this kernel; null where there is. */
export function whyNoRing(): string | null {
  return addon().Storm.ring();
}
