import {
  DamagedImage,
  openVolume,
  type ByteSource,
  type InodeRecord,
  type Volume,
} from '../../ext4/index.ts';

/** A file as a filesystem maps it; all numbers in bytes. */
export interface FileLayout {
  readonly sizeBytes: number;
  readonly extents: readonly ByteExtent[];
}

export interface ByteExtent {
  readonly logical: number;
  readonly physical: number;
  readonly length: number;
  readonly unwritten: boolean;
}

/** What a filesystem, recovered, says about the files that are watched; or why it cannot be used. */
export type StateLayouts =
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, FileLayout | { readonly error: string }> }
  | { readonly kind: 'unusable'; readonly why: string };

/**
 * Recovers an ext4 in memory and finds files in it: what a mount would, from reads alone. Checks what a mount checks
 * before it looks at a file: superblock, journal, group descriptors.
 */
export function ext4Layouts(source: ByteSource, files: readonly string[]): StateLayouts {
  let volume: Volume;
  try {
    volume = openVolume(source);
    volume.checkDescriptors();
    volume.inode(2);
  } catch (error) {
    if (error instanceof DamagedImage) return { kind: 'unusable', why: error.message };
    throw error;
  }
  const orphans = new Set(orphansOf(volume));
  return { kind: 'files', files: new Map(files.map((file) => [file, layoutOf(volume, orphans, file)])) };
}

/** A damaged orphan list is left alone by a mount, which goes on (fs/ext4/orphan.c: ext4_orphan_cleanup). */
function orphansOf(volume: Volume): number[] {
  try {
    return volume.orphans();
  } catch (error) {
    if (error instanceof DamagedImage) return [];
    throw error;
  }
}

function layoutOf(
  volume: Volume,
  orphans: ReadonlySet<number>,
  file: string,
): FileLayout | { readonly error: string } {
  try {
    const inode = volume.lookup(file);
    if (inode === null) return { error: 'it is not there' };
    return { sizeBytes: inode.sizeBytes, extents: recoveredExtents(volume, inode, orphans) };
  } catch (error) {
    if (error instanceof DamagedImage) return { error: error.message };
    throw error;
  }
}

/**
 * Extents of an inode, in bytes, as they are once the mount has looked after orphans: a file that was being truncated
 * keeps nothing beyond its end (ext4_orphan_cleanup truncates those that still have a name).
 */
export function recoveredExtents(
  volume: Volume,
  inode: InodeRecord,
  orphans: ReadonlySet<number>,
): ByteExtent[] {
  const block = volume.geometry.blockSizeBytes;
  const end = orphans.has(inode.ino) ? Math.ceil(inode.sizeBytes / block) : Number.POSITIVE_INFINITY;
  return volume.extents(inode).flatMap(({ logical, physical, length, unwritten }) => {
    const kept = Math.min(length, end - logical);
    if (kept <= 0) return [];
    return [{ logical: logical * block, physical: physical * block, length: kept * block, unwritten }];
  });
}

/** The pieces of [offset, offset + length) that have data on the disk; the rest reads as zeros. */
export function dataPieces(
  layout: FileLayout,
  offset: number,
  length: number,
): Omit<ByteExtent, 'unwritten'>[] {
  const end = Math.min(offset + length, layout.sizeBytes);
  return layout.extents.flatMap((extent) => {
    const from = Math.max(offset, extent.logical);
    const to = Math.min(end, extent.logical + extent.length);
    if (extent.unwritten || from >= to) return [];
    return [{ logical: from, physical: extent.physical + (from - extent.logical), length: to - from }];
  });
}

/** Reads a range of a file: holes, unwritten extents and what lies past the end are zeros. */
export function readThrough(
  source: ByteSource,
  layout: FileLayout,
  offset: number,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const piece of dataPieces(layout, offset, length))
    bytes.set(source.read(piece.physical, piece.length), piece.logical - offset);
  return bytes;
}
