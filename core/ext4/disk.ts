import { DamagedImage } from './damaged.ts';
import type { Geometry } from './geometry.ts';
import type { ByteSource } from './source.ts';
import type { Superblock } from './superblock.ts';

/** What every part of the reader needs: the bytes, and the constants by which to read them. */
export interface Disk {
  readonly source: ByteSource;
  readonly superblock: Superblock;
  readonly geometry: Geometry;
}

/** Reads a block for `structure`. Throws DamagedImage where the filesystem has no such block. */
export function readBlock(disk: Disk, block: number, structure: string): Uint8Array {
  const { blocksCount, blockSizeBytes } = disk.geometry;
  if (block >= blocksCount) {
    throw new DamagedImage(structure, block, `the filesystem has only ${blocksCount} blocks`);
  }
  return disk.source.read(block * blockSizeBytes, blockSizeBytes);
}

/** Throws DamagedImage unless [start, start + count) may belong to files or metadata (fs/ext4/block_validity.c). */
export function checkBlocks(
  disk: Disk,
  start: number,
  count: number,
  structure: string,
  holder: number | null,
): void {
  const { firstDataBlock, blocksCount } = disk.geometry;
  if (start > firstDataBlock && start + count <= blocksCount) return;
  const what = count === 1 ? `block ${start}` : `blocks ${start} to ${start + count - 1}`;
  const range = `${firstDataBlock + 1} to ${blocksCount - 1}`;
  throw new DamagedImage(structure, holder, `points at ${what}, outside ${range}`);
}
