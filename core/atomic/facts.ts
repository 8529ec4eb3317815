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
  readonly readOnly?: Known<boolean>;
  /** What buffers must be aligned to: dma_alignment + 1 (statx: stx_dio_mem_align). */
  readonly memoryAlignBytes?: Known<number>;
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
  /** EXT4_INLINE_DATA_FL: the data lie in the inode. */
  readonly inlineFile: Known<boolean>;
  /** EXT4_ENCRYPT_FL, and who encrypts: `blk-crypto` only with the mount option inlinecrypt or hardware that can. */
  readonly encryption: Known<'none' | 'page cache' | 'blk-crypto'>;
  /** EXT4_VERITY_FL. */
  readonly verity: Known<boolean>;
  /** data=journal, by mount option or EXT4_JOURNAL_DATA_FL. */
  readonly journalledData: Known<boolean>;
  /** S_DAX. */
  readonly dax: Known<boolean>;
}

/** What XFS looks at (fs/xfs/xfs_iops.c, xfs_mount.c). */
export interface XfsFacts {
  readonly kind: 'xfs';
  readonly geometry: Known<XfsGeometry>;
  readonly realtimeFile: Known<boolean>;
  /** Mount option max_atomic_write in bytes; null where it is not given. */
  readonly maxAtomicWriteBytes: Known<number> | null;
  /** The device of the realtime section; null where it has none of its own. */
  readonly realtimeDevice?: Known<DeviceFacts> | null;
  /** S_DAX; false where it is left out. */
  readonly dax?: Known<boolean>;
}

/** Any other filesystem, by its name in /proc/filesystems. */
export interface OtherFilesystemFacts {
  readonly kind: 'other';
  readonly name: string;
}

export type FilesystemFacts = Ext4Facts | XfsFacts | OtherFilesystemFacts;

/** What is written to. */
export type FileFacts =
  | {
      readonly kind: 'regular';
      readonly filesystem: Known<FilesystemFacts>;
      /** Mounted read-only; false where it is left out. */
      readonly readOnly?: Known<boolean>;
    }
  | { readonly kind: 'block' }
  | { readonly kind: 'directory' | 'other' };

/** Everything that the rules ask about, for one file on one kernel. */
export interface AtomicFacts {
  readonly kernel: KernelVersion;
  readonly file: FileFacts;
  /** The device that the filesystem lies on, or that the file is; null where there is none (tmpfs, a network). */
  readonly device: Known<DeviceFacts> | null;
}

/** Where the range of a write lies on its device now, for the way that it will go. */
export interface RangeMapping {
  readonly state: 'hole' | 'unwritten' | 'written' | 'mixed';
  /** One extent covers the range, and its first block lies on a multiple of the extent's length (what XFS asks). */
  readonly oneAlignedExtent: boolean;
}

/** One pwritev2(2) with RWF_ATOMIC, from page-aligned memory unless `memoryAlignBytes` says otherwise. */
export interface AtomicWriteRequest {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Buffers; the kernel takes a single one only. */
  readonly vectors: number;
  /** O_DIRECT. */
  readonly direct: boolean;
  /** Largest power of two that divides the buffer's address; a page where it is left out. */
  readonly memoryAlignBytes?: number;
  /** preadv2(2) with the same flag. */
  readonly read?: boolean;
  readonly mapping?: RangeMapping;
}
