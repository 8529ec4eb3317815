/** What the addon's functions take and give. */

/** A failed system call. `code` is the name of `errno` as errno(3) on Linux spells it (EOPNOTSUPP, never ENOTSUP). */
export interface SystemCallError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly syscall: string;
  /** The path that was given, or `descriptor N`. */
  readonly path: string;
}

/** statx(2). A `has…` of false means that the kernel or the filesystem did not answer that part. */
export interface FileFacts {
  readonly mask: number;
  readonly mode: number;
  readonly blockBytes: number;
  readonly links: number;
  readonly inode: bigint;
  readonly sizeBytes: bigint;
  readonly blocks512: bigint;
  readonly attributes: bigint;
  readonly attributesMask: bigint;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** The device that a device file stands for. */
  readonly specialMajor: number;
  readonly specialMinor: number;
  readonly mountId: bigint;
  /** STATX_DIOALIGN (Linux 6.1): both 0 where direct I/O is impossible. */
  readonly hasDirectAlignment: boolean;
  readonly directMemoryAlignBytes: number;
  readonly directOffsetAlignBytes: number;
  /** STATX_WRITE_ATOMIC (Linux 6.11): all 0 where atomic writes are impossible. */
  readonly hasAtomicWrite: boolean;
  readonly atomicUnitMinBytes: number;
  readonly atomicUnitMaxBytes: number;
  readonly atomicSegmentsMax: number;
  /** Up to here the device itself keeps the write whole (Linux 6.16); 0 where the kernel does not tell. */
  readonly atomicUnitMaxOptBytes: number;
  /** STATX_DIO_READ_ALIGN (Linux 6.14): 0 where the kernel does not tell. */
  readonly directReadOffsetAlignBytes: number;
  readonly userId: number;
  readonly groupId: number;
  /** Since 1970. */
  readonly accessedNanoseconds: bigint;
  readonly modifiedNanoseconds: bigint;
  readonly changedNanoseconds: bigint;
  /** 0 where the filesystem does not keep it. */
  readonly bornNanoseconds: bigint;
}

/** Flags that a filesystem shows to everybody who may read the file. */
export interface FileFlags {
  /** FS_*_FL (FS_IOC_GETFLAGS), what lsattr(1) shows. */
  readonly flags: number;
  /** FS_XFLAG_* (FS_IOC_FSGETXATTR). */
  readonly extendedFlags: number;
  /** Extent size hint; 0 for none. */
  readonly extentSizeHintBytes: number;
}

/** Answers of a block device's ioctls (BLKGETSIZE64, BLKSSZGET, BLKPBSZGET, BLKIOMIN, BLKIOOPT, …). */
export interface BlockDeviceFacts {
  readonly sizeBytes: bigint;
  readonly logicalSectorBytes: number;
  readonly physicalSectorBytes: number;
  readonly minimumIoBytes: number;
  /** 0 where the device does not tell. */
  readonly optimalIoBytes: number;
  /** -1 where the device is misaligned. */
  readonly alignmentOffsetBytes: number;
  readonly rotational: boolean;
  readonly readOnly: boolean;
}

/** FIEMAP's answer, column by column and in bytes; `flags` are FIEMAP_EXTENT_* bits. */
export interface ByteExtents {
  readonly logicalBytes: BigUint64Array;
  readonly physicalBytes: BigUint64Array;
  readonly lengthBytes: BigUint64Array;
  readonly flags: Uint32Array;
}

/** Ranges of a device, column by column and in bytes. */
export interface ByteRanges {
  readonly physicalBytes: BigUint64Array;
  readonly lengthBytes: BigUint64Array;
}

/** An attached loop device. `descriptor` is open and the caller's to close (fs.closeSync). */
export interface LoopDevice {
  readonly number: number;
  readonly path: string;
  readonly descriptor: number;
}

/** How a step of the executor ended: the call's value, or -1 and the errno's name. */
export interface StepAnswer {
  readonly value: number;
  readonly error?: string;
}

/** What happened in watched directories since the last look. */
export interface DirectoryChanges {
  /** Events by other processes; whose, the kernel tells root alone. */
  readonly others: number;
  /** Whether this process made a directory there. */
  readonly madeDirectory: boolean;
  /** Whether more happened than the queue holds. */
  readonly lost: boolean;
}

/** A change that fanotify saw: the thread that made it (0: outside this pid namespace) and the FAN_* bits. */
export interface ForeignChange {
  readonly thread: number;
  readonly mask: number;
}
