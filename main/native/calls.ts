/**
 * System calls that Node does not offer, as functions. All of them run off the event loop; a failed call rejects with
 * a {@link SystemCallError}. Offsets and sizes are bytes: bigint, or a safe integer; anything else is a RangeError.
 */
import { addon } from './addon.ts';
import type {
  BlockDeviceFacts,
  ByteExtents,
  ByteRanges,
  FileFacts,
  FileFlags,
  LoopDevice,
  SystemCallError,
} from './types.ts';

/** statx(2) with STATX_DIOALIGN and STATX_WRITE_ATOMIC; of the link itself where `followLinks` is false. */
export async function statx(path: string, { followLinks = true } = {}): Promise<FileFacts> {
  return addon().statx(path, followLinks);
}

/** The ioctls of a block device; ENOTBLK for any other file. */
export async function blockDeviceFacts(path: string): Promise<BlockDeviceFacts> {
  return addon().blockDevice(path);
}

/** False where a mount, dm, md, swap or another exclusive opener holds the device (O_EXCL says EBUSY). */
export async function canClaimBlockDevice(path: string): Promise<boolean> {
  return addon().canClaimBlockDevice(path);
}

/** Identify of an NVMe namespace (`cns` 0) or of its controller (1), through the block device; needs root. */
export async function nvmeIdentify(path: string, nsid: number, cns: 0 | 1): Promise<Uint8Array> {
  return addon().nvmeIdentify(path, nsid, cns);
}

/** A vital product data page of a SCSI disk, with its header (SG_IO); needs root. EIO where the drive has none. */
export async function scsiVitalPage(path: string, page: number): Promise<Uint8Array> {
  return addon().scsiVitalPage(path, page);
}

/** A file's flags, for everybody who may read it; ENOTTY where its filesystem has none. */
export async function fileFlags(path: string): Promise<FileFlags> {
  return addon().fileFlags(path);
}

/** struct xfs_fsop_geom of the XFS that `path` lies on; needs no root. */
export async function xfsGeometry(path: string): Promise<Uint8Array> {
  return addon().xfsGeometry(path);
}

/** CPUs on which this thread may run (sched_getaffinity(2)). */
export function cpuAffinity(): number[] {
  return addon().cpuAffinity();
}

/** How a read or write is cut: `vectors` divides the length (default 1); `flags` are bits of `writeFlags`. */
export interface TransferShape {
  readonly vectors?: number;
  readonly flags?: number;
}

/**
 * One pwritev2(2) of `data` at `offset`, from page-aligned memory, each vector on pages of its own. Returns the bytes
 * written, which may be fewer than asked. An offset of -1 means the file's own position. EINVAL where `vectors` does not divide the length.
 */
export async function pwritev2(
  descriptor: number,
  data: Uint8Array,
  offset: number | bigint,
  { vectors = 1, flags = 0 }: TransferShape = {},
): Promise<number> {
  return addon().pwritev2(descriptor, data, offset, vectors, flags);
}

/** One preadv2(2) of up to `length` bytes at `offset`, into page-aligned memory; returns the bytes that came. */
export async function preadv2(
  descriptor: number,
  length: number,
  offset: number | bigint,
  { vectors = 1, flags = 0 }: TransferShape = {},
): Promise<Uint8Array> {
  return addon().preadv2(descriptor, length, offset, vectors, flags);
}

/** fallocate(2); `mode` is made of `fallocateFlags`. */
export async function fallocate(
  descriptor: number,
  mode: number,
  offset: number | bigint,
  length: number | bigint,
): Promise<void> {
  return addon().fallocate(descriptor, mode, offset, length);
}

/** All extents of a file (FS_IOC_FIEMAP, page by page); with `sync` its delayed data is written first. */
export async function fiemap(descriptor: number, { sync = false } = {}): Promise<ByteExtents> {
  return addon().fiemap(descriptor, sync);
}

/**
 * What the filesystem under an open file has free right now (FS_IOC_GETFSMAP), in order. On ext4 that is what its
 * buddies know: without what is preallocated, which the bitmaps on disk call free.
 */
export async function freeRanges(descriptor: number): Promise<ByteRanges> {
  return addon().freeRanges(descriptor);
}

export interface LoopOptions {
  /** Logical block size; 0 leaves it to the kernel. */
  readonly logicalBlockBytes?: number;
  /** Past the page cache of the filesystem that holds the file. */
  readonly directIo?: boolean;
  readonly readOnly?: boolean;
  /** The kernel detaches the device when it is closed for the last time. */
  readonly autoClear?: boolean;
}

/** Attaches a file to a free loop device (LOOP_CTL_GET_FREE, LOOP_CONFIGURE), trying again when others are quicker. */
export async function attachLoop(path: string, options: LoopOptions = {}): Promise<LoopDevice> {
  const { logicalBlockBytes = 512, directIo = false, readOnly = false, autoClear = false } = options;
  return addon().attachLoop(path, logicalBlockBytes, directIo, readOnly, autoClear);
}

/** Detaches a loop device; where it is still in use the kernel does so at the last close. ENXIO: nothing attached. */
export async function detachLoop(path: string): Promise<void> {
  return addon().detachLoop(path);
}

/** mount(2); `flags` are made of `mountFlags`, `options` are the filesystem's own. */
export async function mount(
  source: string,
  target: string,
  type: string,
  { flags = 0, options = '' } = {},
): Promise<void> {
  return addon().mount(source, target, type, flags, options);
}

/**
 * FS_IOC_SHUTDOWN of the filesystem on which `path` lies: every call fails from then on, until it is mounted anew. `flag`: 0
 * flushes data and log before, 1 the log, 2 nothing.
 */
export async function shutDownFilesystem(path: string, flag: number): Promise<void> {
  return addon().shutDown(path, flag);
}

/** umount2(2); `flags` are made of `unmountFlags`. */
export async function unmount(target: string, { flags = 0 } = {}): Promise<void> {
  return addon().unmount(target, flags);
}

/** syncfs(2) of the filesystem that `path` lies on. */
export async function syncfs(path: string): Promise<void> {
  return addon().syncfs(path);
}

/** Whether `error` came from a system call of the addon (or of Node, which gives the same fields but a negative errno). */
export function isSystemCallError(error: unknown): error is SystemCallError {
  return error instanceof Error && 'errno' in error && 'code' in error && 'syscall' in error;
}

/** finit_module(2); `parameters` as insmod(8) takes them. A module that is there already is fine. */
export async function loadModule(path: string, parameters = ''): Promise<void> {
  return addon().loadModule(path, parameters);
}

/** delete_module(2). */
export async function unloadModule(name: string): Promise<void> {
  return addon().unloadModule(name);
}

/** Gives a network interface its IPv4 address and mask and switches it on (netdevice(7)). Throws SystemCallError. */
export async function bringUpNetwork(networkInterface: string, address: string, mask: string): Promise<void> {
  return addon().bringUpNetwork(networkInterface, address, mask);
}

/** What of a file is no hole (lseek(2), SEEK_DATA and SEEK_HOLE): offset and length of each range, ascending, in bytes. */
export async function dataRanges(descriptor: number): Promise<(readonly [offset: number, length: number])[]> {
  const numbers = await addon().dataRanges(descriptor);
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0]);
}

/** Cuts a partition out of a disk, without a table on it (ioctl BLKPG). */
export async function addPartition(
  disk: string,
  number: number,
  startBytes: number,
  lengthBytes: number,
): Promise<void> {
  return addon().addPartition(disk, number, startBytes, lengthBytes);
}

/** Takes such a partition away again. */
export async function removePartition(disk: string, number: number): Promise<void> {
  return addon().removePartition(disk, number);
}
