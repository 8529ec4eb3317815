import { readXfsGeometry, type FilesystemFacts, type Known } from '../../core/atomic/index.ts';
import { DamagedImage, openVolume, type ByteSource, type Volume } from '../../core/ext4/index.ts';
import { NotModelled } from '../../core/errno.ts';
import { openFileSource, UnreadableSource } from '../bytes/index.ts';
import type { Mount } from '../machine/index.ts';

/** A filesystem as far as it could be read, and what stood in the way where it could not. */
export interface ReadFilesystem {
  readonly facts: Known<FilesystemFacts>;
  readonly missing: string | null;
}

/**
 * The filesystem of a mount: its kind from the mount table, its geometry from the device, which takes the right to
 * read it. `inode` is the file's number, null where the file is still to be made.
 */
export function mountedFilesystem(
  mount: Mount,
  devicePath: string | null,
  inode: number | null,
): ReadFilesystem {
  const { fsType } = mount;
  if (fsType !== 'ext4' && fsType !== 'xfs') return { facts: { kind: 'other', name: fsType }, missing: null };
  const read =
    devicePath === null
      ? `no device of ${mount.mountPoint} was found`
      : withSource(devicePath, (source) => {
          return fsType === 'ext4' ? ext4Facts(source, inode) : xfsFacts(source, mount.options);
        });
  return typeof read === 'string'
    ? { facts: unreadFacts(fsType, mount.options), missing: read }
    : { facts: read, missing: null };
}

/** The filesystem inside an image file; null where it holds none that is known. */
export function imageFilesystem(imagePath: string): FilesystemFacts | null {
  const read = withSource(imagePath, (source) => xfsFacts(source, '') ?? ext4Facts(source, null));
  return typeof read === 'string' ? null : read;
}

function withSource<Result>(path: string, use: (source: ByteSource) => Result | null): Result | string {
  let source;
  try {
    source = openFileSource(path);
    return use(source) ?? `${path} holds no such filesystem`;
  } catch (error) {
    if (error instanceof UnreadableSource || error instanceof DamagedImage || error instanceof NotModelled)
      return error.message;
    throw error;
  } finally {
    source?.close();
  }
}

function ext4Facts(source: ByteSource, inode: number | null): FilesystemFacts {
  // The journal of a mounted filesystem is in use: only the superblock and single inodes are looked at.
  const volume = openVolume(source, { replay: false });
  const { blockSizeBytes, clusterRatio, features } = volume.geometry;
  return {
    kind: 'ext4',
    blockBytes: blockSizeBytes,
    clusterBytes: blockSizeBytes * clusterRatio,
    extentFeature: features.extents,
    extentFile: inode === null ? features.extents : mappedByExtents(volume, inode),
  };
}

/** The disk may lag behind a file that was just made: then its inode is empty, and nothing is known. */
function mappedByExtents(volume: Volume, inode: number): Known<boolean> {
  try {
    const record = volume.inode(inode);
    return record.links === 0 ? 'unknown' : record.usesExtents;
  } catch (error) {
    if (error instanceof DamagedImage) return 'unknown';
    throw error;
  }
}

function xfsFacts(source: ByteSource, options: string): FilesystemFacts | null {
  const geometry = readXfsGeometry(source);
  if (!geometry) return null;
  return {
    kind: 'xfs',
    geometry,
    realtimeFile: geometry.realtimeBlocks > 0 ? 'unknown' : false,
    maxAtomicWriteBytes: maxAtomicWrite(options),
  };
}

function unreadFacts(fsType: 'ext4' | 'xfs', options: string): FilesystemFacts {
  if (fsType === 'xfs')
    return {
      kind: 'xfs',
      geometry: 'unknown',
      realtimeFile: 'unknown',
      maxAtomicWriteBytes: maxAtomicWrite(options),
    };
  return {
    kind: 'ext4',
    blockBytes: 'unknown',
    clusterBytes: 'unknown',
    extentFeature: 'unknown',
    extentFile: 'unknown',
  };
}

/** XFS shows the option in KiB (fs/xfs/xfs_super.c, xfs_fs_show_options()); plans may give it in any unit. */
function maxAtomicWrite(options: string): number | null {
  const value = /(?:^|,)max_atomic_write=(\d+)([kmg]?)(?:,|$)/i.exec(options);
  if (!value) return null;
  const unit = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[(value[2] ?? '').toLowerCase()] ?? 1;
  return Number(value[1]) * unit;
}
