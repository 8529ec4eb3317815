import type { XfsGeometry } from '../../atomic/index.ts';
import type { ByteSource } from '../../ext4/source.ts';

/**
 * Whether the root directory holds nothing: its inode has the short form without entries (libxfs/xfs_da_format.h,
 * struct xfs_dir2_sf_hdr). Only of an empty filesystem is known which names a plan meets.
 */
export function xfsRootIsEmpty(source: ByteSource, geometry: XfsGeometry): boolean {
  const root = superblockField(source, 56);
  const inodesPerBlock = geometry.blockBytes / geometry.inodeBytes;
  // The root inode lies in the first group, where inode numbers count inodes from its first block on.
  const block = Math.floor(root / inodesPerBlock);
  if (block >= geometry.groupBlocks) return false;
  const offset = block * geometry.blockBytes + (root % inodesPerBlock) * geometry.inodeBytes;
  const inode = source.read(offset, geometry.inodeBytes);
  const view = new DataView(inode.buffer, inode.byteOffset, inode.byteLength);
  const isInode = view.getUint16(0) === 0x494e; // "IN"
  const shortForm = inode[5] === 1;
  const coreBytes = geometry.checksums ? 176 : 100;
  return isInode && shortForm && inode[coreBytes] === 0;
}

function superblockField(source: ByteSource, offset: number): number {
  const bytes = source.read(offset, 8);
  return Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0));
}
