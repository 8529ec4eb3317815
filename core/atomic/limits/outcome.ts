import type { AtomicQueueLimits } from '../facts.ts';
import type { Reason } from '../rules.ts';

/** What a driver tells the block layer (struct queue_limits, atomic_write_hw_*), in bytes; a boundary of 0 is none. */
export interface HardwareLimits {
  readonly maxBytes: number;
  readonly unitMinBytes: number;
  readonly unitMaxBytes: number;
  readonly boundaryBytes: number;
}

/** The rest of a queue's limits, as far as atomic writes hang on them. */
export interface QueueShape {
  readonly logicalBlockBytes: number;
  /** max_hw_sectors, in bytes; 0 where it does not limit. */
  readonly maxTransferBytes: number;
  /** max_segments. */
  readonly maxSegments: number;
  /** chunk_sectors, in bytes; 0 for none. */
  readonly chunkBytes: number;
  /** minimum_io_size. */
  readonly minimumIoBytes: number;
  readonly pageBytes: number;
}

/** What a layer makes of what it is told: limits and why they are so, or the rule that leaves none. */
export type LimitsOutcome<Limits> =
  | { readonly kind: 'limits'; readonly limits: Limits; readonly reasons: readonly Reason[] }
  | ({ readonly kind: 'none' } & Reason)
  | { readonly kind: 'unknown'; readonly missing: string };

export type QueueOutcome = LimitsOutcome<AtomicQueueLimits>;
export type HardwareOutcome = LimitsOutcome<HardwareLimits>;

export function none(rule: Reason['rule'], because: string): { readonly kind: 'none' } & Reason {
  return { kind: 'none', rule, because };
}
