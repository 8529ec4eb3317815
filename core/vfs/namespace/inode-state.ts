import { inodeFlags, type InodeRecord } from '../../ext4/index.ts';
import type { Inode } from '../inode.ts';
import { noGroup } from './inodes/search.ts';

/** Flags that a new inode takes over from its directory (EXT4_FL_INHERITED), as far as anything here depends on them. */
const inherited = 0x1 | 0x2 | 0x4 | 0x8 | 0x40 | 0x80 | 0x400 | 0x4000 | 0x8000 | 0x10000 | 0x2000000;
const inheritedByAll = inherited | inodeFlags.projectInherit | inodeFlags.casefold;
/** Those that are not for regular files (what EXT4_REG_FLMASK takes out). */
const directoriesOnly = 0x10000 | inodeFlags.topDirectory | inodeFlags.casefold | inodeFlags.projectInherit;
/** Flags that {@link Inode} holds by name. */
const heldByName = inodeFlags.extents | inodeFlags.inlineData;

/** What a new inode is. */
export interface NewInode {
  readonly ino: number;
  readonly group: number;
  readonly isDirectory: boolean;
  /** Flags of the directory that it is made in. */
  readonly parentFlags: number;
  readonly usesExtents: boolean;
  readonly mayBeInline: boolean;
}

/** An inode as __ext4_new_inode() leaves it; the mapping is still to be made. */
export function newInode(wanted: NewInode): Inode {
  const fromParent = wanted.parentFlags & inheritedByAll;
  return {
    ino: wanted.ino,
    group: wanted.group,
    kind: wanted.isDirectory ? 'directory' : 'file',
    isRegular: !wanted.isDirectory,
    usesExtents: wanted.usesExtents,
    inlineData: false,
    flags: wanted.isDirectory ? fromParent : fromParent & ~directoriesOnly,
    sizeBytes: 0,
    diskSizeBytes: 0,
    links: 1,
    openWriters: 0,
    openDescriptors: 0,
    states: new Set(wanted.mayBeInline ? ['may-inline-data'] : undefined),
    lastAllocationGroup: noGroup,
    preallocations: null,
    mapping: null,
    data: null,
    directory: null,
  };
}

/** An inode as __ext4_iget() makes it from the disk; its mapping and entries are read when first needed. */
export function inodeFromDisk(record: InodeRecord, inodeSizeBytes: number): Inode {
  return {
    ino: record.ino,
    group: record.group,
    kind: record.kind,
    isRegular: record.kind === 'file',
    usesExtents: record.usesExtents,
    inlineData: record.inlineData,
    flags: record.flags & ~heldByName,
    sizeBytes: record.sizeBytes,
    diskSizeBytes: record.sizeBytes,
    links: record.links,
    openWriters: 0,
    openDescriptors: 0,
    states: new Set(record.inlineData ? ['may-inline-data'] : undefined),
    lastAllocationGroup: noGroup,
    preallocations: null,
    mapping: null,
    data: null,
    directory: null,
    attributeArea: attributeAreaOf(record, inodeSizeBytes),
  };
}

/** What a mount forgets about an inode. */
export function forgetInMemory(inode: Inode): void {
  inode.lastAllocationGroup = noGroup;
  inode.states.clear();
  if (inode.inlineData) inode.states.add('may-inline-data');
}

/** An inode written before the fields past the first 128 bytes were in use gets them when it is read. */
function attributeAreaOf(record: InodeRecord, inodeSizeBytes: number): Uint8Array {
  if (record.extraIsizeBytes !== 0) return record.attributeArea;
  return new Uint8Array(Math.max(0, inodeSizeBytes - 160));
}
