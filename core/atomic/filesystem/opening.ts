import { assertUnreachable } from '../assert.ts';
import { deviceOpening, type Opening } from './device.ts';
import type { AtomicFacts, Ext4Facts, FilesystemFacts, Known, Window, XfsFacts } from './facts.ts';
import { isAtLeast } from './kernel.ts';
import type { Obstacle } from './rules.ts';
import { sizeInWords, windowInWords } from './words.ts';
import { xfsLimits } from './xfs/limits.ts';

/** What a regular file takes, and which way its writes go. */
export type FileOpening =
  | {
      readonly kind: 'open';
      readonly window: Window;
      /** Up to this length the drive itself is asked; 0 where it never is. */
      readonly hardwareMaxBytes: number;
      /** Whether the filesystem can complete a write in software. */
      readonly software: boolean;
      /** What made the window smaller than the one of the layer below; null where nothing did. */
      readonly narrowing: Narrowing | null;
    }
  | Exclude<Opening, { kind: 'open' }>;

/** Why a layer's window is smaller than the one below it. */
interface Narrowing {
  readonly because: string;
  readonly remedy: string | null;
}

/** What a regular file of `filesystem` takes on the kernel and the device of `facts`. */
export function fileOpening(facts: AtomicFacts, filesystem: Known<FilesystemFacts>): FileOpening {
  if (filesystem === 'unknown') return { kind: 'unknown', missing: 'the filesystem' };
  switch (filesystem.kind) {
    case 'other':
      return closed('call.filesystem-capable', `${filesystem.name} does not support atomic writes`, null);
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

/** ext4_atomic_write_init(), ext4_inode_can_atomic_write(). */
function ext4Opening(facts: AtomicFacts, ext4: Ext4Facts): FileOpening {
  const device = deviceOpening(facts.device);
  if (device.kind === 'unknown') return device;
  if (device.kind === 'closed') {
    return { kind: 'closed', obstacle: { ...device.obstacle, rule: underExt4(device.obstacle.rule) } };
  }
  if (ext4.extentFeature === 'unknown' || ext4.blockBytes === 'unknown' || ext4.clusterBytes === 'unknown')
    return { kind: 'unknown', missing: 'the superblock of the filesystem' };
  if (!ext4.extentFeature)
    return closed(
      'ext4.extent-feature',
      'this filesystem has no extent feature',
      'tune2fs -O extent DEVICE, then write the files anew',
    );
  if (ext4.extentFile === 'unknown')
    return { kind: 'unknown', missing: 'whether the file is mapped by extents' };
  if (!ext4.extentFile)
    return closed('ext4.extent-file', 'this file is mapped by indirect blocks', 'chattr +e FILE');
  const bigalloc = isAtLeast(facts.kernel, 6, 16);
  return ext4Window(device.window, ext4.blockBytes, bigalloc ? ext4.clusterBytes : ext4.blockBytes);
}

function underExt4(rule: Obstacle['rule']): Obstacle['rule'] {
  return rule === 'block.device-capable' ? 'ext4.device-capable' : rule;
}

function ext4Window(device: Window, blockBytes: number, clusterBytes: number): FileOpening {
  const minBytes = Math.max(blockBytes, device.minBytes);
  const maxBytes = Math.min(clusterBytes, device.maxBytes);
  const clusters = clusterBytes > blockBytes ? 'clusters' : 'blocks';
  if (minBytes > maxBytes) {
    return closed(
      'ext4.windows-meet',
      `this filesystem's ${clusters} are ${sizeInWords(clusterBytes)}, and the device writes ${windowInWords(device)}`,
      device.minBytes > clusterBytes ? bigalloc(device.minBytes) : null,
    );
  }
  const narrowing =
    maxBytes < device.maxBytes
      ? {
          because: `this filesystem's ${clusters} are ${sizeInWords(clusterBytes)}`,
          remedy: bigalloc(device.maxBytes),
        }
      : minBytes > device.minBytes
        ? { because: `this filesystem's blocks are ${sizeInWords(blockBytes)}`, remedy: null }
        : null;
  return {
    kind: 'open',
    window: { minBytes, maxBytes },
    hardwareMaxBytes: maxBytes,
    software: false,
    narrowing,
  };
}

function bigalloc(clusterBytes: number): string {
  return `mkfs.ext4 -O bigalloc -C ${clusterBytes} DEVICE`;
}

/** xfs_get_atomic_write_min(), xfs_get_atomic_write_max(). */
function xfsOpening(facts: AtomicFacts, xfs: XfsFacts): FileOpening {
  const device = deviceOpening(facts.device);
  if (xfs.geometry === 'unknown') return { kind: 'unknown', missing: 'the superblock of the filesystem' };
  if (xfs.realtimeFile === 'unknown')
    return { kind: 'unknown', missing: 'whether the file is a realtime file' };
  if (xfs.realtimeFile || xfs.geometry.realtimeBlocks > 0)
    return { kind: 'unknown', missing: 'the limits of realtime devices' };
  if (xfs.maxAtomicWriteBytes === 'unknown') return { kind: 'unknown', missing: 'the mount options' };
  const software = isAtLeast(facts.kernel, 6, 16);
  if (device.kind === 'unknown' && !(software && xfs.geometry.reflink)) return device;
  const limits = xfsLimits(
    software ? xfs.geometry : { ...xfs.geometry, reflink: false },
    device.kind === 'open' ? device.limits : null,
    xfs.maxAtomicWriteBytes,
  );
  if (limits.window === null)
    return closed('xfs.some-way', whyXfsHasNoWay(xfs.geometry.reflink), xfsRemedy(xfs));
  if (device.kind === 'unknown') return { kind: 'unknown', missing: device.missing };
  return {
    kind: 'open',
    window: limits.window,
    hardwareMaxBytes: Math.min(limits.hardwareMaxBytes, limits.window.maxBytes),
    software: limits.software,
    narrowing: xfsNarrowing(limits.window, limits.software, device),
  };
}

function whyXfsHasNoWay(reflink: boolean): string {
  return reflink
    ? 'this kernel completes no atomic writes in software (6.16 does), and the device advertises none that cover a block'
    : 'this filesystem has no reflink, and the device advertises no atomic writes that cover a block';
}

function xfsRemedy(xfs: XfsFacts): string {
  const reflink = xfs.geometry !== 'unknown' && xfs.geometry.reflink;
  return reflink ? 'use Linux 6.16 or newer' : 'mkfs.xfs -m reflink=1 DEVICE (Linux 6.16 or newer)';
}

function xfsNarrowing(window: Window, software: boolean, device: Opening): Narrowing | null {
  if (software)
    return device.kind === 'open' && device.window.minBytes < window.minBytes
      ? { because: `this filesystem's blocks are ${sizeInWords(window.minBytes)}`, remedy: null }
      : null;
  return {
    because: `without reflink XFS writes exactly one block, ${sizeInWords(window.minBytes)}`,
    remedy: 'mkfs.xfs -m reflink=1 DEVICE (Linux 6.16 or newer)',
  };
}

function closed(rule: Obstacle['rule'], because: string, remedy: string | null): FileOpening {
  return { kind: 'closed', obstacle: { rule, because, remedy } };
}
