import type { AtomicQueueLimits, Window } from '../facts.ts';
import { largestPowerOfTwoFactor, roundDownToPowerOfTwo } from '../powers.ts';
import { sizeInWords } from '../words.ts';
import { defaultAtomicReservation } from './reservation.ts';
import type { XfsGeometry } from './superblock.ts';

/** What XFS takes on one filesystem, and how far the drive does it alone. */
export interface XfsLimits {
  /** Null where nothing is taken. */
  readonly window: Window | null;
  /** Up to this length the drive is asked first (bt_awu_max); 0 where it never is. */
  readonly hardwareMaxBytes: number;
  /** Whether writes may be completed in software, by remapping. */
  readonly software: boolean;
  /** What sets the largest unit of software; null where no software is. */
  readonly limitedBy: 'call' | 'option' | 'log' | 'group' | null;
}

/** MAX_RW_COUNT: the most that one system call writes, with pages of 4 KiB. */
const longestCallBytes = 0x7ffff000;

/**
 * The limits of a file, for kernels from 6.16 on (fs/xfs/xfs_iops.c, xfs_get_atomic_write_min(),
 * xfs_get_atomic_write_max()). `device` is the window that the device under the file (its realtime device for a
 * `realtime` file) gives, null for none; `askedBytes` is the mount option max_atomic_write, null where it is not given.
 */
export function xfsLimits(
  geometry: XfsGeometry,
  device: Pick<AtomicQueueLimits, 'unitMinBytes' | 'unitMaxBytes'> | null,
  askedBytes: number | null,
  realtime = false,
): XfsLimits {
  const { blockBytes } = geometry;
  const hardwareMaxBytes = hardwareUnit(blockBytes, device);
  if (!geometry.reflink) {
    const window = hardwareMaxBytes > 0 ? { minBytes: blockBytes, maxBytes: blockBytes } : null;
    return { window, hardwareMaxBytes, software: false, limitedBy: null };
  }
  const ends: readonly { by: NonNullable<XfsLimits['limitedBy']>; blocks: number }[] = [
    { by: 'call', blocks: roundDownToPowerOfTwo(Math.ceil(longestCallBytes / blockBytes)) },
    askedBytes
      ? { by: 'option', blocks: askedBytes / blockBytes }
      : { by: 'log', blocks: softwareBlocks(geometry) },
    { by: 'group', blocks: groupBlocks(geometry, hardwareMaxBytes > 0, realtime) },
  ];
  const end = ends.reduce((least, other) => (other.blocks < least.blocks ? other : least));
  return {
    window: { minBytes: blockBytes, maxBytes: end.blocks * blockBytes },
    hardwareMaxBytes,
    software: true,
    limitedBy: end.by,
  };
}

/** xfs_configure_buftarg_atomic_writes(): the drive's limits count only where they cover one block. */
function hardwareUnit(
  blockBytes: number,
  device: Pick<AtomicQueueLimits, 'unitMinBytes' | 'unitMaxBytes'> | null,
): number {
  if (!device || device.unitMinBytes > device.unitMaxBytes) return 0;
  return device.unitMinBytes <= blockBytes && device.unitMaxBytes >= blockBytes ? device.unitMaxBytes : 0;
}

/** xfs_reflink_max_atomic_cow(), xfs_calc_max_atomic_write_fsblocks(): as many extents as the log transaction holds. */
function softwareBlocks(geometry: XfsGeometry): number {
  const { wholeBytes, stepBytes, perExtentBytes } = defaultAtomicReservation(geometry);
  if (wholeBytes < stepBytes) return 0;
  return roundDownToPowerOfTwo(Math.floor((wholeBytes - stepBytes) / perExtentBytes));
}

/** xfs_calc_group_awu_max(): a drive that is asked needs every group to begin on a unit; no groups, no unit. */
function groupBlocks(geometry: XfsGeometry, hardware: boolean, realtime: boolean): number {
  const blocks = realtime ? geometry.realtimeGroupBlocks : geometry.groupBlocks;
  return hardware ? largestPowerOfTwoFactor(blocks) : roundDownToPowerOfTwo(blocks);
}

/**
 * Why the kernel would refuse to mount with max_atomic_write=`askedBytes` (xfs_set_max_atomic_write_opt()), null where
 * it would not, and `unknown` where only the kernel's full table of log reservations could tell.
 */
export function whyMountRefuses(
  geometry: XfsGeometry,
  device: Pick<AtomicQueueLimits, 'unitMinBytes' | 'unitMaxBytes'> | null,
  askedBytes: number,
): string | null | 'unknown' {
  const { blockBytes } = geometry;
  if (askedBytes === 0) return null;
  const asked = `max_atomic_write=${askedBytes}`;
  if (largestPowerOfTwoFactor(askedBytes) !== askedBytes) return `${asked} is not a power of two`;
  if (askedBytes % blockBytes !== 0)
    return `${asked} is not a multiple of the block, ${sizeInWords(blockBytes)}`;
  if (askedBytes > roundDownToPowerOfTwo(Math.ceil(longestCallBytes / blockBytes)) * blockBytes)
    return `${asked} is larger than a single write can be`;
  const group = groupBlocks(geometry, hardwareUnit(blockBytes, device) > 0, false) * blockBytes;
  if (askedBytes > group) return `${asked} is larger than an allocation group allows, ${sizeInWords(group)}`;
  if (!geometry.reflink && (askedBytes !== blockBytes || hardwareUnit(blockBytes, device) === 0))
    return `${asked} needs reflink, or hardware for a single block`;
  return whyLogIsTooSmall(geometry, askedBytes);
}

/** xfs_calc_atomic_write_log_geometry(): three of the largest transaction must fit into the log. */
function whyLogIsTooSmall(geometry: XfsGeometry, askedBytes: number): string | null | 'unknown' {
  const { perExtentBytes, stepBytes, rolls } = defaultAtomicReservation(geometry);
  const transaction = (perExtentBytes * (askedBytes / geometry.blockBytes) + stepBytes) * rolls;
  const logBytes = geometry.logBlocks * geometry.blockBytes;
  if (transaction * 3 > logBytes)
    return `max_atomic_write=${askedBytes} needs a larger log than ${sizeInWords(logBytes)}`;
  // Record headers and log stripes come on top; well below a tenth and a few stripes of the largest size.
  return transaction * 3.3 + 24 * 256 * 1024 < logBytes ? null : 'unknown';
}
