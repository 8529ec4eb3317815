import { readBlockBitmap, readInodeBitmap } from './bitmap.ts';
import { DescriptorTable } from './descriptor.ts';
import { listDirectory, readDirectory } from './directory.ts';
import { type Disk, readBlock } from './disk.ts';
import { readExtents } from './extents.ts';
import { readExtentTree } from './extent-tree.ts';
import { geometryOf } from './geometry-of.ts';
import { baseMetaBlocks } from './group-layout.ts';
import { readIndirectMap } from './indirect-map.ts';
import { replayJournal } from './journal/replay.ts';
import { readInlineData } from './inline-data.ts';
import { type InodeRecord, readInode } from './inode.ts';
import { readOrphans } from './orphans.ts';
import type { ByteSource } from './source.ts';
import { readSuperblock } from './superblock.ts';
import { encodeUtf8, sameBytes } from './utf8.ts';
import type { JournalReplay, Volume } from './volume.ts';

const rootInode = 2;

/**
 * Opens the filesystem that `source` holds. Reads little more than the superblock, and replays the journal in memory
 * where it is unclean, unless `replay` is false (the device under a live mount). Throws DamagedImage, or NotModelled for
 * features that nobody here knows.
 */
export function openVolume(source: ByteSource, { replay = true } = {}): Volume {
  const found = volumeOn(source, null);
  if (!replay) return found;
  const replayed = replayJournal(found, (ino) => found.inode(ino));
  return replayed === null ? found : volumeOn(replayed.source, replayed.replay);
}

function volumeOn(source: ByteSource, replay: JournalReplay | null): Volume {
  const superblock = readSuperblock(source);
  const geometry = geometryOf(superblock, source.sizeBytes);
  const disk: Disk = { source, superblock, geometry };
  const descriptors = new DescriptorTable(disk);
  const inode = (ino: number): InodeRecord => readInode(disk, (group) => descriptors.get(group), ino);
  return {
    ...disk,
    replay,
    descriptor: (group) => descriptors.get(group),
    checkDescriptors: () => {
      for (let group = 0; group < geometry.groupCount; group++) descriptors.get(group);
    },
    blockBitmap: (group) => readBlockBitmap(disk, descriptors.get(group)),
    inodeBitmap: (group) => readInodeBitmap(disk, descriptors.get(group)),
    inode,
    extentTree: (record) => readExtentTree(disk, record),
    indirectMap: (record) => readIndirectMap(disk, record),
    extents: (record) => readExtents(disk, record),
    directoryBlocks: (record) => readDirectory(disk, record),
    list: (directory) => listDirectory(disk, directory),
    lookup: (path) => lookup(disk, inode, path),
    inlineData: (record) => readInlineData(record),
    orphans: () => readOrphans(disk, inode),
    block: (number) => readBlock(disk, number, `block ${number}`),
    baseMetaBlocks: (group) => baseMetaBlocks(disk, group),
  };
}

/** Walks a path from the root, without following links. */
function lookup(disk: Disk, inode: (ino: number) => InodeRecord, path: string): InodeRecord | null {
  let found = inode(rootInode);
  for (const part of path.split('/')) {
    if (part === '') continue;
    if (found.kind !== 'directory') return null;
    const name = encodeUtf8(part);
    const entry = listDirectory(disk, found).find((candidate) => sameBytes(candidate.name, name));
    if (entry === undefined) return null;
    found = inode(entry.ino);
  }
  return found;
}
