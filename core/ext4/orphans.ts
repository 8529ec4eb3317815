import { crc32c, crc32cOfUint32 } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import { type Disk, readBlock } from './disk.ts';
import { readExtents } from './extents.ts';
import { Fields } from './fields.ts';
import { type InodeRecord, inodeChecksumSeed } from './inode.ts';

const blockMagic = 0x0b10ca04;
const tailBytes = 8;
/** fs/ext4/orphan.c: ext4_init_orphan_info refuses larger orphan files. */
const fileBytesMax = 8 * 2 ** 20;

/** The inodes that the next mount deletes or truncates (fs/ext4/orphan.c: ext4_orphan_cleanup), in its order. */
export function readOrphans(disk: Disk, inodeOf: (ino: number) => InodeRecord): number[] {
  return [...listed(disk, inodeOf), ...(disk.geometry.features.orphanFile ? filed(disk, inodeOf) : [])];
}

/** The list that starts in the superblock and goes on through the deletion times. */
function listed(disk: Disk, inodeOf: (ino: number) => InodeRecord): number[] {
  const found = new Set<number>();
  for (let ino = disk.superblock.lastOrphan; ino !== 0; ino = inodeOf(ino).deletionTime) {
    if (ino > disk.geometry.inodesCount)
      throw new DamagedImage('orphan list', null, `inode ${ino} does not exist`);
    if (found.has(ino)) throw new DamagedImage('orphan list', null, `inode ${ino} is on it twice`);
    found.add(ino);
  }
  return [...found];
}

function filed(disk: Disk, inodeOf: (ino: number) => InodeRecord): number[] {
  const ino = disk.superblock.orphanFileInode;
  if (ino < 1 || ino > disk.geometry.inodesCount) {
    throw new DamagedImage('orphan file', null, `inode ${ino} does not exist`);
  }
  const file = inodeOf(ino);
  if (file.sizeBytes > fileBytesMax)
    throw new DamagedImage('orphan file', null, `${file.sizeBytes} bytes are too many`);
  const count = Math.floor(file.sizeBytes / disk.geometry.blockSizeBytes);
  const blocks = readExtents(disk, file).flatMap((extent) =>
    Array.from(
      { length: Math.max(0, Math.min(extent.length, count - extent.logical)) },
      (_, at) => extent.physical + at,
    ),
  );
  return blocks.flatMap((block) => orphansOfBlock(disk, file, block));
}

function orphansOfBlock(disk: Disk, file: InodeRecord, block: number): number[] {
  const bytes = readBlock(disk, block, 'orphan file');
  const fields = new Fields(bytes);
  const end = bytes.length - tailBytes;
  if (fields.u32(end) !== blockMagic) throw new DamagedImage('orphan file', block, 'a wrong magic number');
  if (disk.geometry.features.metadataCsum) {
    const low = crc32cOfUint32(inodeChecksumSeed(disk, file), block % 2 ** 32);
    const crc = crc32c(crc32cOfUint32(low, Math.floor(block / 2 ** 32)), bytes, 0, end);
    if (crc !== fields.u32(end + 4)) throw new DamagedImage('orphan file', block, 'a wrong checksum');
  }
  const inodes: number[] = [];
  for (let at = 0; at < end; at += 4) {
    const ino = fields.u32(at);
    if (ino > disk.geometry.inodesCount)
      throw new DamagedImage('orphan file', block, `inode ${ino} does not exist`);
    if (ino !== 0) inodes.push(ino);
  }
  return inodes;
}
