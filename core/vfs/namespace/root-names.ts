import type { Volume } from '../../ext4/index.ts';
import { hashOfName } from './directory/hash.ts';

/** Hashes names as the index of the root directory does, or as the index would that it gets one day. */
export function rootNameHash(volume: Volume): (name: Uint8Array) => number {
  const { superblock, geometry } = volume;
  const index = volume.directoryBlocks(volume.inode(2)).find(({ kind }) => kind === 'root')?.index;
  const version = index?.hashVersion ?? superblock.defaultHashVersion;
  const shift = geometry.features.dirIndex && superblock.unsignedHash ? 3 : 0;
  return (name) => hashOfName(name, version + shift, superblock.hashSeed);
}
