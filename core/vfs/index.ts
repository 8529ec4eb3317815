/**
 * The mirror of a mounted ext4: {@link MountedFilesystem} puts the parts together; the functions are the system calls
 * on an open file. All of them throw Refused (core/errno.ts) with the kernel's errno.
 */
export { fallocate, type FallocateModes } from './data/fallocate.ts';
export { readLayout } from './data/layout.ts';
export { evictUnlinked, openForWriting, releaseReader, releaseWriter } from './data/release.ts';
export { syncFile, type WriteSync } from './data/sync.ts';
export { truncateFile } from './data/set-size.ts';
export { writeAndWait } from './data/write-pages.ts';
export { atomicLimits, writeFile, type AtomicLimits, type WriteRequest } from './data/write.ts';
export type { Filesystem, Machine, MountOptions } from './filesystem.ts';
export type { Inode } from './inode.ts';
export { MountedFilesystem, type BuddyState, type MountSettings } from './mount.ts';
export { rootNameHash } from './namespace/index.ts';
export { MountRefused } from './options.ts';
