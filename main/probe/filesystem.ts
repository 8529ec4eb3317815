import { statfsSync } from 'node:fs';
import { endianness } from 'node:os';
import {
  decodeToldGeometry,
  readXfsGeometry,
  type Ext4Facts,
  type FilesystemFacts,
  type Known,
  type XfsFacts,
} from '../../core/atomic/index.ts';
import { DamagedImage, openVolume, type ByteSource } from '../../core/ext4/index.ts';
import { NotModelled } from '../../core/errno.ts';
import { openFileSource, UnreadableSource } from '../bytes/index.ts';
import type { Mount } from '../machine/index.ts';
import type { ProbeEnvironment } from './environment.ts';
import { inodeFlags, type InodeFlags } from './inode-flags.ts';
import { readProcText } from './procfs.ts';
import type { StatxFacts } from './passport.ts';

/** A filesystem as far as it could be read, and what stood in the way where it could not. */
export interface ReadFilesystem {
  readonly facts: Known<FilesystemFacts>;
  readonly missing: readonly string[];
  /** What root would add. */
  readonly withRoot: readonly string[];
}

/** What is looked at: the path without links, and whether it is a file (else a directory: a file still to be made). */
export interface Subject {
  readonly real: string;
  readonly isFile: boolean;
}

/**
 * The filesystem of a mount: its kind from the mount table, its facts from what the kernel tells everybody and, for the
 * geometry of ext4, from the device, which takes the right to read it.
 */
export async function mountedFilesystem(
  mount: Mount,
  devicePath: string | null,
  subject: Subject,
  statx: StatxFacts | null,
  environment: ProbeEnvironment,
): Promise<ReadFilesystem> {
  const { fsType } = mount;
  if (fsType !== 'ext4' && fsType !== 'xfs')
    return { facts: { kind: 'other', name: fsType }, missing: [], withRoot: [] };
  const flags = await inodeFlags(subject.real, environment);
  return fsType === 'ext4'
    ? ext4Mounted(mount, devicePath, subject, statx, flags, environment)
    : xfsMounted(mount, devicePath, subject, statx, flags, environment);
}

/** The filesystem inside an image file; null where it holds none that is known. */
export function imageFilesystem(imagePath: string): FilesystemFacts | null {
  const read = withSource(imagePath, (source) => {
    const geometry = readXfsGeometry(source);
    return geometry ? xfsInside(geometry) : ext4Inside(ext4Geometry(source));
  });
  return typeof read === 'string' ? null : read;
}

type Ext4Geometry = Pick<Ext4Facts, 'blockBytes' | 'clusterBytes' | 'extentFeature'>;

function ext4Mounted(
  mount: Mount,
  devicePath: string | null,
  { real, isFile }: Subject,
  statx: StatxFacts | null,
  flags: InodeFlags | 'unknown',
  environment: ProbeEnvironment,
): ReadFilesystem {
  const read = devicePath === null ? noDevice(mount) : withSource(devicePath, ext4Geometry);
  const missing = typeof read === 'string' ? [`the geometry of the filesystem: ${read}`] : [];
  const geometry: Ext4Geometry =
    typeof read === 'string'
      ? { blockBytes: statfsSync(real).bsize, clusterBytes: 'unknown', extentFeature: 'unknown' }
      : read;
  const known = <T>(pick: (found: InodeFlags) => T): Known<T> => (flags === 'unknown' ? flags : pick(flags));
  const facts: Ext4Facts = {
    kind: 'ext4',
    ...geometry,
    // A file that is still to be made has extents wherever the filesystem makes them.
    extentFile: isFile ? known(({ extents }) => extents) : geometry.extentFeature,
    inlineFile: isFile ? known(({ inline }) => inline) : false,
    encryption: encryptionOf(statx, mount),
    verity: isFile ? (statx?.attributes?.verity ?? 'unknown') : false,
    journalledData: journalled(mount, flags, environment),
    dax: statx?.attributes?.dax ?? 'unknown',
  };
  const askRoot = typeof read === 'string' && devicePath !== null && !isRoot();
  return { facts, missing, withRoot: askRoot ? [`the superblock on ${devicePath}: clusters, features`] : [] };
}

/** fscrypt_dio_supported(): only contents that the block layer encrypts can go there directly. */
function encryptionOf(statx: StatxFacts | null, mount: Mount): Ext4Facts['encryption'] {
  const encrypted = statx?.attributes?.encrypted ?? 'unknown';
  if (encrypted === 'unknown') return encrypted;
  if (!encrypted) return 'none';
  return /(?:^|,)inlinecrypt(?:,|$)/.test(mount.options) ? 'blk-crypto' : 'page cache';
}

/** The mount table leaves out what the superblock sets by default; /proc/fs/ext4/DEV/options has it all. */
function journalled(
  mount: Mount,
  flags: InodeFlags | 'unknown',
  { procfs = '/proc' }: ProbeEnvironment,
): Known<boolean> {
  if (flags !== 'unknown' && flags.journalled) return true;
  const device = mount.source.split('/').at(-1) ?? '';
  const options = readProcText(procfs, `fs/ext4/${device}/options`) ?? mount.options;
  const mode = /(?:^|[,\n])data=(\w+)/.exec(options)?.[1];
  if (mode !== undefined) return mode === 'journal';
  return flags === 'unknown' ? flags : 'unknown';
}

async function xfsMounted(
  mount: Mount,
  devicePath: string | null,
  { real, isFile }: Subject,
  statx: StatxFacts | null,
  flags: InodeFlags | 'unknown',
  environment: ProbeEnvironment,
): Promise<ReadFilesystem> {
  const told = await toldGeometry(real, environment);
  const read = told ?? (devicePath === null ? noDevice(mount) : withSource(devicePath, readXfsGeometry));
  const geometry = typeof read === 'string' ? 'unknown' : read;
  const realtime = flags === 'unknown' ? flags : isFile ? flags.realtime : flags.inheritsRealtime;
  const facts: XfsFacts = {
    kind: 'xfs',
    geometry,
    realtimeFile: geometry !== 'unknown' && geometry.realtimeBlocks === 0 ? false : realtime,
    maxAtomicWriteBytes: maxAtomicWrite(mount.options),
    realtimeDevice: geometry !== 'unknown' && geometry.realtimeBlocks > 0 ? 'unknown' : null,
    dax: statx?.attributes?.dax ?? 'unknown',
  };
  const missing = typeof read === 'string' ? [`the geometry of the filesystem: ${read}`] : [];
  const askRoot = typeof read === 'string' && devicePath !== null && !isRoot();
  return { facts, missing, withRoot: askRoot ? [`the superblock on ${devicePath}`] : [] };
}

async function toldGeometry(real: string, { xfsGeometry }: ProbeEnvironment) {
  if (!xfsGeometry) return null;
  try {
    const { bsize, bfree } = statfsSync(real);
    const bytes = await xfsGeometry(real);
    const told = decodeToldGeometry(bytes, bfree, endianness() === 'LE');
    return told.blockBytes === bsize ? told : null;
  } catch {
    return null; // a file that may not be read: the device is asked instead
  }
}

function noDevice({ mountPoint }: Mount): string {
  return `no device of ${mountPoint} was found`;
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
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

function ext4Geometry(source: ByteSource): Ext4Geometry {
  // The journal of a mounted filesystem is in use: only the superblock is looked at.
  const { blockSizeBytes, clusterRatio, features } = openVolume(source, { replay: false }).geometry;
  return {
    blockBytes: blockSizeBytes,
    clusterBytes: blockSizeBytes * clusterRatio,
    extentFeature: features.extents,
  };
}

/** New ordinary files of an image that is attached and mounted with no option. */
function ext4Inside(geometry: Ext4Geometry): Ext4Facts {
  return {
    kind: 'ext4',
    ...geometry,
    extentFile: geometry.extentFeature,
    inlineFile: false,
    encryption: 'none',
    verity: false,
    journalledData: false,
    dax: false,
  };
}

function xfsInside(geometry: Exclude<XfsFacts['geometry'], 'unknown'>): XfsFacts {
  return { kind: 'xfs', geometry, realtimeFile: false, maxAtomicWriteBytes: null, dax: false };
}

/** XFS shows the option in KiB (fs/xfs/xfs_super.c, xfs_fs_show_options()); plans may give it in any unit. */
function maxAtomicWrite(options: string): number | null {
  const value = /(?:^|,)max_atomic_write=(\d+)([kmg]?)(?:,|$)/i.exec(options);
  if (!value) return null;
  const unit = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[(value[2] ?? '').toLowerCase()] ?? 1;
  return Number(value[1]) * unit;
}
