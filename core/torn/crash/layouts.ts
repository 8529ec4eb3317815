import { DamagedImage, openVolume, type ByteSource, type Volume } from '../../ext4/index.ts';

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
  return { kind: 'files', files: new Map(files.map((file) => [file, layoutOf(volume, file)])) };
}

function layoutOf(volume: Volume, file: string): FileLayout | { readonly error: string } {
  try {
    const inode = volume.lookup(file);
    if (inode === null) return { error: 'it is not there' };
    return { sizeBytes: inode.sizeBytes, extents: extentsInBytes(volume, inode) };
  } catch (error) {
    if (error instanceof DamagedImage) return { error: error.message };
    throw error;
  }
}

/** Extents of an inode in bytes. */
export function extentsInBytes(volume: Volume, inode: Parameters<Volume['extents']>[0]): ByteExtent[] {
  const block = volume.geometry.blockSizeBytes;
  return volume.extents(inode).map(({ logical, physical, length, unwritten }) => ({
    logical: logical * block,
    physical: physical * block,
    length: length * block,
    unwritten,
  }));
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
