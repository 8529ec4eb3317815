import { assertUnreachable } from '../../assert.ts';
import type { Opening } from '../device.ts';
import type { AtomicFacts, FilesystemFacts, Known, Window } from '../facts.ts';
import { isAtLeast } from '../kernel.ts';
import type { Obstacle, Reason } from '../rules.ts';
import { ext4Opening } from './ext4.ts';
import { otherOpening } from './others.ts';
import { xfsOpening } from './xfs.ts';

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

/** What a regular file of `filesystem` takes on the kernel and the device of `facts`. */
export function fileOpening(facts: AtomicFacts, filesystem: Known<FilesystemFacts>): FileOpening {
  if (filesystem === 'unknown') return { kind: 'unknown', missing: 'the filesystem' };
  switch (filesystem.kind) {
    case 'other':
      return otherOpening(filesystem);
    case 'ext4':
      return beforeFilesystems(facts) ?? ext4Opening(facts, filesystem);
    case 'xfs':
      return beforeFilesystems(facts) ?? xfsOpening(facts, filesystem);
    default:
      return assertUnreachable(filesystem);
  }
}

function beforeFilesystems({ kernel }: AtomicFacts): FileOpening | null {
  if (isAtLeast(kernel, 6, 13)) return null;
  return closed(
    'call.filesystem-capable',
    `no filesystem of Linux ${kernel.major}.${kernel.minor} supports atomic writes`,
    'use Linux 6.13 or newer',
  );
}

export function closed(rule: Obstacle['rule'], because: string, remedy: string | null): FileOpening {
  return { kind: 'closed', obstacle: { rule, because, remedy } };
}
