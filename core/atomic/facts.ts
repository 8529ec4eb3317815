import type { KernelVersion } from './kernel.ts';
import type { XfsGeometry } from './xfs/superblock.ts';

/** A fact that could not be found out is a value of its own, never a guess. */
export type Known<T> = T | 'unknown';

/** Lengths from `minBytes` to `maxBytes`, powers of two. */
export interface Window {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/**
 * The atomic limits of one request queue, as `/sys/block/NAME/queue` shows them (block/blk-sysfs.c); 0 means "none".
 * Kernels before 6.11 do not have the files: then the queue is `unknown` or, where the kernel says so, without support.
 */
export interface AtomicQueueLimits {
  readonly unitMinBytes: number;
  readonly unitMaxBytes: number;
  readonly maxBytes: number;
  readonly boundaryBytes: number;
}

/** One block device: a whole disk, a partition, a dm or md device, a loop device. */
export interface DeviceFacts {
  /** Kernel name: `nvme0n1p2`, `dm-0`, `loop3`. */
  readonly name: string;
  readonly sizeBytes: Known<number>;
  readonly logicalBlockBytes: Known<number>;
  readonly atomic: Known<AtomicQueueLimits>;
  /** Where a partition starts on its disk; null for a whole device. */
  readonly partitionStartBytes: Known<number> | null;
}

/** What ext4 looks at (fs/ext4/super.c, ext4_atomic_write_init(), and ext4.h, ext4_inode_can_atomic_write()). */
export interface Ext4Facts {
  readonly kind: 'ext4';
  readonly blockBytes: Known<number>;
  /** The block size where there is no bigalloc. */
  readonly clusterBytes: Known<number>;
  /** The filesystem's extent feature. */
  readonly extentFeature: Known<boolean>;
  /** The file's EXT4_EXTENTS_FL; a file that is still to be made has it wherever the feature is on. */
  readonly extentFile: Known<boolean>;
}

/** What XFS looks at (fs/xfs/xfs_iops.c, xfs_mount.c). */
export interface XfsFacts {
  readonly kind: 'xfs';
  readonly geometry: Known<XfsGeometry>;
  readonly realtimeFile: Known<boolean>;
  /** Mount option max_atomic_write in bytes; null where it is not given. */
  readonly maxAtomicWriteBytes: Known<number> | null;
}

/** Any other filesystem, by its name in /proc/filesystems. */
interface OtherFilesystemFacts {
  readonly kind: 'other';
  readonly name: string;
}

export type FilesystemFacts = Ext4Facts | XfsFacts | OtherFilesystemFacts;

/** What is written to. */
export type FileFacts =
  | { readonly kind: 'regular'; readonly filesystem: Known<FilesystemFacts> }
  | { readonly kind: 'block' }
  | { readonly kind: 'directory' | 'other' };

/** Everything that the rules ask about, for one file on one kernel. */
export interface AtomicFacts {
  readonly kernel: KernelVersion;
  readonly file: FileFacts;
  /** The device that the filesystem lies on, or that the file is; null where there is none (tmpfs, a network). */
  readonly device: Known<DeviceFacts> | null;
}

/** One pwritev2(2) with RWF_ATOMIC, from page-aligned memory. */
export interface AtomicWriteRequest {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Buffers; the kernel takes a single one only. */
  readonly vectors: number;
  /** O_DIRECT. */
  readonly direct: boolean;
}
