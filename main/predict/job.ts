import type { DeviceFacts, KernelVersion } from '../../core/atomic/index.ts';
import type { DecisionTrace } from '../../core/experiment/decisions/index.ts';
import type { Outcome } from '../../core/experiment/outcome.ts';
import type { Plan } from '../../core/experiment/plan.ts';
import type { Volume } from '../../core/rpc/index.ts';

/** Everything that a prediction depends on, in a form that goes to a worker thread. */
export interface PredictionJob {
  /** Image or device with the filesystem as it is before the first step; only read. */
  readonly sourcePath: string;
  /** What a message calls it: the path as the user gave it, or `the image` for a scratch file. */
  readonly sourceName: string;
  readonly plan: Plan;
  /** A directory that the plan works in and that is made first; null for the root. */
  readonly base: string | null;
  /** Whether the source is under a live mount: its journal is then in use, and its options are those of the mount. */
  readonly live: boolean;
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
  /** The allocator's decisions, where they were asked for and there are any. */
  readonly decisions?: DecisionTrace;
}
