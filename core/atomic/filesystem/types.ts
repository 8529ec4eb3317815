import type { Opening } from '../device.ts';
import type { Window } from '../facts.ts';
import type { Obstacle, Reason } from '../rules.ts';

/** What a regular file takes, and which way its writes go. */
export type FileOpening =
  | {
      readonly kind: 'open';
      readonly window: Window;
      /** Up to this length the drive itself is asked; 0 where it never is. */
      readonly hardwareMaxBytes: number;
      /** Whether the filesystem can complete a write in software. */
      readonly software: boolean;
      /** Set where writes are accepted and yet go through the page cache or the CPU: nothing keeps them whole. */
      readonly notAtomic: Reason | null;
      /** What made the window smaller than the one of the layer below, the larger end first; empty where nothing did. */
      readonly narrowings: readonly Narrowing[];
    }
  | Exclude<Opening, { kind: 'open' }>;

/** Why a layer's window is smaller than the one below it, and what would widen it. */
export type Narrowing = Obstacle;

/** An opening that is none. */
export function closed(rule: Obstacle['rule'], because: string, remedy: string | null): FileOpening {
  return { kind: 'closed', obstacle: { rule, because, remedy } };
}
