import { expect } from 'vitest';
import { type InodeRecord, inodeFlags, type Volume } from '../../core/ext4/index.ts';
import {
  blockListOf,
  extentRowsOf,
  hashTreeOf,
  inodeFactsOf,
  listingOf,
  parseBlockList,
  parseExtentRows,
  parseHashTree,
  parseListing,
  parseStat,
} from './debugfs-text.ts';
import { groupFactsOf, headerValue, namedByClusters, parseGroups } from './dumpe2fs-text.ts';
import { askAll, run, type Workshop } from './image.ts';

/** The superblock against `dumpe2fs -h`. */
export function compareHeader(volume: Volume, image: string): void {
  const text = run('dumpe2fs', ['-h', image]);
  const { superblock, geometry } = volume;
  const expected: Record<string, string | number> = {
    'Inode count': superblock.inodesCount,
    'Block count': superblock.blocksCount,
    'Reserved block count': superblock.reservedBlocksCount,
    'Free blocks': superblock.freeBlocksCount,
    'Free inodes': superblock.freeInodesCount,
    'First block': superblock.firstDataBlock,
    'Block size': superblock.blockSizeBytes,
    'Blocks per group': superblock.blocksPerGroup,
    'Inodes per group': superblock.inodesPerGroup,
    'Inode blocks per group': geometry.inodeTableBlocksPerGroup,
    'First inode': superblock.firstInode,
    'Inode size': superblock.inodeSizeBytes,
    'Mount count': superblock.mountCount,
    'Filesystem UUID': uuidText(superblock.uuid),
  };
  const optional: Record<string, string | number> = {
    'Overhead clusters': superblock.overheadClusters,
    'Cluster size': superblock.clusterSizeBytes,
    'Clusters per group': superblock.clustersPerGroup,
    'Reserved GDT blocks': superblock.reservedGdtBlocks,
    'Group descriptor size': superblock.descriptorSizeBytes,
    'Flex block group size': geometry.flexSize,
    'Required extra isize': superblock.minExtraIsize,
    'Desired extra isize': superblock.wantExtraIsize,
    'RAID stride': superblock.raidStrideBlocks,
    'RAID stripe width': superblock.raidStripeWidthBlocks,
    'Journal inode': superblock.journalInode,
    'User quota inode': superblock.userQuotaInode,
    'Group quota inode': superblock.groupQuotaInode,
    'Project quota inode': superblock.projectQuotaInode,
    'Orphan file inode': superblock.orphanFileInode,
    'Checksum seed': `0x${superblock.checksumSeed.toString(16)}`,
  };
  for (const [label, value] of Object.entries(expected)) {
    expect(`${label}: ${headerValue(text, label)}`).toBe(`${label}: ${value}`);
  }
  for (const [label, value] of Object.entries(optional)) {
    const printed = headerValue(text, label);
    if (printed !== null) expect(`${label}: ${printed}`).toBe(`${label}: ${value}`);
  }
  expect(uuidText(hashSeedBytes(superblock.hashSeed))).toBe(
    headerValue(text, 'Directory Hash Seed') ?? uuidText(new Uint8Array(16)),
  );
}

/** Every group, with both bitmaps, against `dumpe2fs`. */
export function compareGroups(volume: Volume, image: string): void {
  const printed = parseGroups(run('dumpe2fs', [image]));
  expect(printed).toHaveLength(volume.geometry.groupCount);
  const { clusterRatio } = volume.geometry;
  for (const facts of printed) {
    const freeBlockRanges = facts.freeBlockRanges.map((range) => namedByClusters(range, clusterRatio));
    expect(groupFactsOf(volume, facts.group)).toEqual({ ...facts, freeBlockRanges });
  }
}

/** Every inode in use, with its mapping, entries and hash index, against `debugfs`. */
export function compareInodes(workshop: Workshop, volume: Volume, image: string): void {
  const inodes = usedInodes(volume).map((ino) => volume.inode(ino));
  const answers = askAll(
    workshop,
    image,
    inodes.map(({ ino }) => `stat <${ino}>`),
  );
  for (const [at, inode] of inodes.entries()) {
    const text = answers[at] ?? '';
    expect({ ino: inode.ino, ...inodeFactsOf(inode) }).toEqual({ ino: inode.ino, ...parseStat(text) });
    if (inode.usesExtents || inode.inlineData || !text.includes('\nBLOCKS:')) continue;
    const perBlock = volume.geometry.blockSizeBytes / 4;
    expect(blockListOf(volume.indirectMap(inode), perBlock)).toEqual(parseBlockList(text));
  }
  compareExtents(
    workshop,
    volume,
    image,
    inodes.filter((inode) => inode.usesExtents),
  );
  compareDirectories(
    workshop,
    volume,
    image,
    inodes.filter((inode) => inode.kind === 'directory'),
  );
}

function compareExtents(workshop: Workshop, volume: Volume, image: string, inodes: InodeRecord[]): void {
  const answers = askAll(
    workshop,
    image,
    inodes.map(({ ino }) => `ex <${ino}>`),
  );
  for (const [at, inode] of inodes.entries()) {
    expect(extentRowsOf(volume.extentTree(inode))).toEqual(parseExtentRows(answers[at] ?? ''));
  }
}

function compareDirectories(workshop: Workshop, volume: Volume, image: string, inodes: InodeRecord[]): void {
  const listings = askAll(
    workshop,
    image,
    inodes.map(({ ino }) => `ls -p <${ino}>`),
  );
  for (const [at, inode] of inodes.entries()) {
    expect(listingOf(volume, inode)).toEqual(parseListing(listings[at] ?? ''));
  }
  const hashed = inodes.filter((inode) => (inode.flags & inodeFlags.index) !== 0);
  const trees = askAll(
    workshop,
    image,
    hashed.map(({ ino }) => `htree_dump <${ino}>`),
  );
  for (const [at, inode] of hashed.entries()) {
    expect(hashTreeOf(volume, inode)).toEqual(parseHashTree(trees[at] ?? ''));
  }
}

function usedInodes(volume: Volume): number[] {
  const { groupCount, inodesPerGroup } = volume.geometry;
  const found: number[] = [];
  for (let group = 0; group < groupCount; group++) {
    const bits = volume.inodeBitmap(group);
    for (let bit = 0; bit < inodesPerGroup; bit++) {
      if (((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1) found.push(group * inodesPerGroup + bit + 1);
    }
  }
  return found;
}

function uuidText(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function hashSeedBytes(seed: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [at, word] of seed.entries()) view.setUint32(at * 4, word, true);
  return bytes;
}
