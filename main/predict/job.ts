import type { DeviceFacts, KernelVersion } from '../../core/atomic/index.ts';
import type { TracesByState } from '../../core/experiment/decisions/index.ts';
import type { BaseDirectory } from '../../core/experiment/execute.ts';
import type { Layers, LayersWanted } from '../../core/experiment/layers/index.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import type { Replay } from '../../core/experiment/replay/index.ts';
import type { Observation } from '../../core/experiment/versus/index.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import type { Volume } from '../../core/rpc/index.ts';
import type { Probes } from '../lab/index.ts';
import type { RemoteBytes } from './remote-source.ts';

/** Everything that a prediction depends on, in a form that goes to a worker thread. */
export interface PredictionJob {
  /** Image or device with the filesystem as it is before the first step; only read. */
  readonly sourcePath: string;
  /** How the thread asks for bytes of a source that this process may not open; null where it opens {@link sourcePath}. */
  readonly remote: RemoteBytes | null;
  /** What a message calls it: the path as the user gave it, or `the image` for a scratch file. */
  readonly sourceName: string;
  readonly plan: Plan;
  /** The directory that the plan works in; null for the root. */
  readonly base: BaseDirectory | null;
  /** What is known of the memory of an ext4 that is mounted: its journal is then in use; null where it is not mounted. */
  readonly memory: MountMemory | null;
  /** The profile's name. */
  readonly allocator: string;
  readonly profileExact: boolean;
  /** Whose rules for atomic writes count. */
  readonly kernel: KernelVersion;
  readonly circumstances: Circumstances;
  readonly device: DeviceFacts;
  /** Free space where the source cannot tell it, since the filesystem is live; null where it can. */
  readonly freeBytes: number | null;
  /** No volatile write cache, or FUA. */
  readonly writeThrough: boolean;
  /** Whether the allocator's decisions are wanted. */
  readonly explain: boolean;
  /** Whether {@link Prediction.observation} is wanted. */
  readonly observe: boolean;
  /** Whether {@link Prediction.replay} is wanted. */
  readonly replay: boolean;
  /** What is wanted of {@link Prediction.layers}; null for nothing. */
  readonly layers: LayersWanted | null;
  /** Whether a device without atomic limits is taken to have {@link assumedAtomicLimits}. */
  readonly assumeAtomic: boolean;
}

/**
 * What a drive is taken to write atomically where the target's has no limits and the question is what the filesystem would do:
 * 512 bytes to 512 KiB, as the machine had on which the RFC's answers were recorded.
 */
export const assumedAtomicLimits = { unitMinBytes: 512, unitMaxBytes: 512 * 1024 } as const;

/** What the kernel tells of the memory of a mounted ext4. */
export interface MountMemory {
  /** What its buddies have free: first byte and end of each range of the device. */
  readonly freeBytes: readonly (readonly [from: number, end: number])[];
  /** What a run found out in the plan's directory; null for a prediction alone, which writes nothing. */
  readonly probes: Probes | null;
  /** mb_group_prealloc, in clusters. */
  readonly groupPreallocation: number;
  /** Without it a new file's goal depends on the thread that writes it. */
  readonly delayedAllocation: boolean;
}

/** What the kernel's answers depend on beside the bytes of the filesystem (docs/plan-format.md). */
export interface Circumstances {
  /** As the plan gives them. */
  readonly mountOptions: string;
  readonly possibleCpus: number;
  readonly rotational: boolean;
  /** Thread id modulo 16. */
  readonly threadId: number;
  readonly pageSizeBytes: number;
  readonly largeFolios: boolean;
}

/** A prediction, and the shape of the filesystem that it is about. */
export interface Prediction {
  readonly outcome: Outcome;
  /** Null for a bare device. */
  readonly volume: Volume | null;
  /** How files and free space came to lie, where it was asked for; ext4 only. */
  readonly observation?: Observation;
  /** How the layouts came about, where it was asked for; ext4 that is not mounted only. */
  readonly replay?: Replay;
  /** What the allocator knew at the moment that was asked for; ext4 that is not mounted only. */
  readonly layers?: Layers;
  /**
   * The allocator's decisions, where they were asked for and there are any: one trace for each state that the memory of a
   * mounted filesystem may be in, and the first has marks where they part.
   */
  readonly decisions?: TracesByState;
}
