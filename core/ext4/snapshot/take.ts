import { NotModelled } from '../../errno.ts';
import { crc32c } from '../checksum/crc32c.ts';
import { readDirectory, type DirectoryBlock } from '../directory.ts';
import { checksumTailBytes } from '../directory-entries.ts';
import type { ExtentNode } from '../extent-tree.ts';
import { descriptorBlock } from '../group-layout.ts';
import { inodeChecksumSeed, type InodeRecord } from '../inode.ts';
import type { Volume } from '../volume.ts';
import { NameHider, type HashName } from './names.ts';
import type { Piece, Snapshot } from './snapshot.ts';

const rootIno = 2;
const superblockAt = 1024;
const superblockBytes = 1024;
/** Places in struct ext4_super_block (fs/ext4/ext4.h). */
const fields = {
  featureIncompat: 0x60,
  volumeName: [0x78, 16],
  lastMounted: [0x88, 64],
  checksum: 0x3fc,
} as const;
const needsRecovery = 0x4;

/**
 * Takes what decides where new files go: superblock (without label and place of the last mount), descriptors, bitmaps,
 * and the root directory with its names replaced. `hashName` hashes a name as the root's index does. Throws NotModelled,
 * by name, for what a snapshot cannot hold.
 */
export function takeSnapshot(volume: Volume, hashName: HashName): Snapshot {
  const root = volume.inode(rootIno);
  if (root.inlineData)
    throw new NotModelled('a snapshot of a filesystem whose root directory lies in its inode');
  if (volume.orphans().length > 0)
    throw new NotModelled('a snapshot of a filesystem with orphans: mount it and unmount it first');
  const hider = new NameHider(hashName);
  const blocks = new Map<number, Uint8Array>();
  const take = (block: number): void => void blocks.set(block, volume.block(block));
  takeGroups(volume, take);
  takeInodes(volume, blocks);
  takeTree(volume, root, take);
  for (const block of readDirectory(volume, root)) {
    if (block.physical !== null) blocks.set(block.physical, hidden(volume, root, block, hider));
  }
  const pieces = joined(volume, blocks);
  return { sizeBytes: volume.source.sizeBytes, pieces, hiddenNames: hider.names };
}

function takeGroups(volume: Volume, take: (block: number) => void): void {
  const { groupCount, blockSizeBytes, descriptorSizeBytes } = volume.geometry;
  const descriptorBlocks = Math.ceil(groupCount / (blockSizeBytes / descriptorSizeBytes));
  const count = Math.max(descriptorBlocks, volume.superblock.descriptorBlocks);
  for (let index = 0; index < count; index++) take(descriptorBlock(volume, index));
  for (let group = 0; group < groupCount; group++) {
    const { blockUninit, inodeUninit, blockBitmap, inodeBitmap } = volume.descriptor(group);
    if (!blockUninit) take(blockBitmap);
    if (!inodeUninit) take(inodeBitmap);
  }
}

/** The inodes of root, journal and orphan file; what lies beside them in their blocks is left out. */
function takeInodes(volume: Volume, blocks: Map<number, Uint8Array>): void {
  const { features } = volume.geometry;
  const { journalInode, orphanFileInode } = volume.superblock;
  takeInode(volume, rootIno, blocks);
  if (features.hasJournal && journalInode !== 0) takeInode(volume, journalInode, blocks);
  if (!features.orphanFile) return;
  takeInode(volume, orphanFileInode, blocks);
  const file = volume.inode(orphanFileInode);
  const take = (block: number): void => void blocks.set(block, volume.block(block));
  takeTree(volume, file, take);
  for (const { physical, length } of volume.extents(file)) {
    for (let i = 0; i < length; i++) take(physical + i);
  }
}

function takeInode(volume: Volume, ino: number, blocks: Map<number, Uint8Array>): void {
  const { inodeSizeBytes, blockSizeBytes, inodesPerGroup } = volume.geometry;
  const { inodeTable } = volume.descriptor(Math.floor((ino - 1) / inodesPerGroup));
  const at = ((ino - 1) % inodesPerGroup) * inodeSizeBytes;
  const block = inodeTable + Math.floor(at / blockSizeBytes);
  const kept = blocks.get(block) ?? new Uint8Array(blockSizeBytes);
  const start = at % blockSizeBytes;
  kept.set(volume.block(block).subarray(start, start + inodeSizeBytes), start);
  blocks.set(block, kept);
}

/** Blocks of an extent tree outside of the inode. */
function takeTree(volume: Volume, inode: InodeRecord, take: (block: number) => void): void {
  if (!inode.usesExtents) {
    if (volume.extents(inode).some(({ logical, length }) => logical + length > 12))
      throw new NotModelled('a snapshot of a root directory of more than 12 blocks without extents');
    return;
  }
  const visit = (node: ExtentNode): void => {
    if (node.physicalBlock !== null) take(node.physicalBlock);
    if (node.kind === 'index') for (const { child } of node.entries) visit(child);
  };
  visit(volume.extentTree(inode));
}

/** A block of the root with its names replaced, unused space emptied, and its checksum made anew. */
function hidden(volume: Volume, root: InodeRecord, block: DirectoryBlock, hider: NameHider): Uint8Array {
  const bytes = block.bytes.slice();
  if (block.kind !== 'linear') return bytes;
  for (const { ino, name, offset, recordLength } of block.entries) {
    const nameAt = offset + 8;
    if (ino === 0) bytes.fill(0, nameAt, offset + recordLength);
    else {
      bytes.fill(0, nameAt + name.length, offset + recordLength);
      bytes.set(hider.hide(name), nameAt);
    }
  }
  if (!volume.geometry.features.metadataCsum) return bytes;
  const end = bytes.length - checksumTailBytes;
  view(bytes).setUint32(end + 8, crc32c(inodeChecksumSeed(volume, root), bytes, 0, end), true);
  return bytes;
}

function joined(volume: Volume, blocks: ReadonlyMap<number, Uint8Array>): Piece[] {
  const { blockSizeBytes } = volume.geometry;
  const pieces = [...blocks].map(([block, bytes]) => ({ offsetBytes: block * blockSizeBytes, bytes }));
  pieces.push({ offsetBytes: superblockAt, bytes: scrubbedSuperblock(volume) });
  return pieces.sort((left, right) => left.offsetBytes - right.offsetBytes);
}

function scrubbedSuperblock({ source, geometry }: Volume): Uint8Array {
  const bytes = source.read(superblockAt, superblockBytes);
  for (const [at, length] of [fields.volumeName, fields.lastMounted]) bytes.fill(0, at, at + length);
  const data = view(bytes);
  // The journal is replayed already in what is read here.
  data.setUint32(fields.featureIncompat, data.getUint32(fields.featureIncompat, true) & ~needsRecovery, true);
  if (geometry.features.metadataCsum)
    data.setUint32(fields.checksum, crc32c(0xffffffff, bytes, 0, fields.checksum), true);
  return bytes;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
