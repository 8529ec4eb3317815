import type { AtomicQueueLimits, DeviceFacts, Known, Window } from './facts.ts';
import { driverWithoutLimits } from './limits/drivers.ts';
import type { Obstacle } from './rules.ts';
import { sizeInWords } from './words.ts';

/** What a layer lets through: a window, or the rule that closes it, or that it cannot be known and why. */
export type Opening =
  | { readonly kind: 'open'; readonly window: Window; readonly limits: AtomicQueueLimits }
  | { readonly kind: 'closed'; readonly obstacle: Obstacle }
  | { readonly kind: 'unknown'; readonly missing: string };

/**
 * What a block device takes (include/linux/blkdev.h, bdev_can_atomic_write(); block/blk-settings.c for the limits).
 * `device` is null where there is no block device at all.
 */
export function deviceOpening(device: Known<DeviceFacts> | null): Opening {
  if (device === 'unknown') return { kind: 'unknown', missing: 'the device under the filesystem' };
  if (device === null)
    return closed('block.device-capable', 'there is no block device under this filesystem', null);
  const { atomic, name, partitionStartBytes: start } = device;
  if (atomic === 'unknown') return { kind: 'unknown', missing: `the atomic limits of ${name}` };
  if (atomic.unitMinBytes === 0) return closed('block.device-capable', incapable(device), null);
  if (start === 'unknown') return { kind: 'unknown', missing: `where the partition ${name} starts` };
  const alignment = Math.max(atomic.unitMinBytes, atomic.boundaryBytes);
  if (start !== null && start % alignment !== 0) {
    return closed(
      'block.partition-aligned',
      `${name} starts ${sizeInWords(start)} into its disk, which is no multiple of ${sizeInWords(alignment)}`,
      `move the partition to a multiple of ${sizeInWords(alignment)} (sfdisk, start=${alignment / 512}s or a multiple)`,
    );
  }
  return {
    kind: 'open',
    window: { minBytes: atomic.unitMinBytes, maxBytes: atomic.unitMaxBytes },
    limits: atomic,
  };
}

function closed(rule: Obstacle['rule'], because: string, remedy: string | null): Opening {
  return { kind: 'closed', obstacle: { rule, because, remedy } };
}

function incapable({ name }: DeviceFacts): string {
  const driver = driverWithoutLimits(name);
  return driver
    ? `${name} advertises no atomic writes, and no released ${driver} driver does`
    : `${name} advertises no atomic writes`;
}
