import { crc32c } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import {
  checksumTailBytes,
  hasChecksumTail,
  parseEntries,
  type DirectoryEntry,
} from './directory-entries.ts';
import { type Disk, readBlock } from './disk.ts';
import { readExtents } from './extents.ts';
import { Fields } from './fields.ts';
import { parseHashNode, parseHashRoot, type HashIndex } from './hash-index.ts';
import { inlineAttribute } from './inline-data.ts';
import { type InodeRecord, inodeChecksumSeed, inodeFlags } from './inode.ts';

/** One block of a directory in logical order. Holes are left out. */
export interface DirectoryBlock {
  readonly logical: number;
  /** Filesystem block; null for the areas of an inline directory. */
  readonly physical: number | null;
  /**
   * `linear`: entries only. `root`, `node`: of a hashed directory. `inline`: entries inside the inode (logical 0: the
   * 56 bytes of i_block after the parent's number, 1: the rest, in the value of the attribute system.data).
   */
  readonly kind: 'linear' | 'root' | 'node' | 'inline';
  readonly bytes: Uint8Array;
  /** Empty for nodes; `.` and `..` for a root. The checksum tail is left out. */
  readonly entries: readonly DirectoryEntry[];
  readonly index: HashIndex | null;
  /** Inline directories only: the parent's inode number, for which there is no `..` entry. */
  readonly parent: number | null;
}

/** Logical and physical number of a directory's block. */
interface Place {
  readonly logical: number;
  readonly physical: number;
}

/** All blocks of a directory, checked and parsed. Throws RangeError for an inode that is not a directory. */
export function readDirectory(disk: Disk, directory: InodeRecord): DirectoryBlock[] {
  if (directory.kind !== 'directory') throw new RangeError(`inode ${directory.ino} is no directory`);
  if (directory.inlineData) return readInline(disk, directory);
  const places = placesOf(disk, directory);
  const hashed = (directory.flags & inodeFlags.index) !== 0 && disk.geometry.features.dirIndex;
  if (!hashed) return places.map((place) => readLinear(disk, directory, place));
  const indexes = readIndexes(disk, directory, places);
  return places.map((place) => indexes.get(place.logical) ?? readLinear(disk, directory, place));
}

function damaged(directory: InodeRecord, block: number | null, what: string): DamagedImage {
  return new DamagedImage(`directory ${directory.ino}`, block ?? directory.tableBlock, what);
}

/** Where the directory's blocks are. Blocks past its size are left alone; no block can be in it twice. */
function placesOf(disk: Disk, directory: InodeRecord): Place[] {
  const count = Math.floor(directory.sizeBytes / disk.geometry.blockSizeBytes);
  const places: Place[] = [];
  const used = new Set<number>();
  for (const extent of readExtents(disk, directory)) {
    for (let at = 0; at < extent.length && extent.logical + at < count; at++) {
      const physical = extent.physical + at;
      if (extent.unwritten) throw damaged(directory, physical, 'an unwritten extent in a directory');
      if (used.has(physical)) throw damaged(directory, physical, 'it is used twice');
      used.add(physical);
      places.push({ logical: extent.logical + at, physical });
    }
  }
  if (count > 0 && places[0]?.logical !== 0) throw damaged(directory, null, 'its first block is missing');
  return places;
}

function readLinear(disk: Disk, directory: InodeRecord, { logical, physical }: Place): DirectoryBlock {
  const bytes = readBlock(disk, physical, `directory ${directory.ino}`);
  let end = bytes.length;
  if (disk.geometry.features.metadataCsum) {
    verifyChecksum(disk, directory, bytes, physical);
    end -= checksumTailBytes;
  }
  const entries = parseEntries(disk, directory, bytes, end, physical);
  return { logical, physical, kind: 'linear', bytes, entries, index: null, parent: null };
}

/** fs/ext4/namei.c: ext4_dirblock_csum_verify. */
function verifyChecksum(disk: Disk, directory: InodeRecord, bytes: Uint8Array, physical: number): void {
  if (!hasChecksumTail(bytes)) throw damaged(directory, physical, 'the entry with its checksum is missing');
  const end = bytes.length - checksumTailBytes;
  const calculated = crc32c(inodeChecksumSeed(disk, directory), bytes, 0, end);
  const recorded = new Fields(bytes).u32(end + 8);
  if (recorded === calculated) return;
  const what = `its checksum is 0x${calculated.toString(16)}, but 0x${recorded.toString(16)} is recorded`;
  throw damaged(directory, physical, what);
}

/** The root and the nodes of a hashed directory by logical block, found by walking down from the root. */
function readIndexes(disk: Disk, directory: InodeRecord, places: Place[]): Map<number, DirectoryBlock> {
  const physicalOf = new Map(places.map(({ logical, physical }) => [logical, physical]));
  const first = physicalOf.get(0);
  if (first === undefined) throw damaged(directory, null, 'its hash root is missing');
  const root = readRoot(disk, directory, first);
  const found = new Map<number, DirectoryBlock>([[0, root]]);
  const seen = new Set<number>([0]);
  let above = [root];
  for (let level = root.index?.indirectLevels ?? 0; ; level--) {
    const below = above.flatMap((block) => childrenOf(directory, block, physicalOf, seen));
    if (level === 0) return found;
    above = below.map((place) => readNode(disk, directory, place));
    for (const node of above) found.set(node.logical, node);
  }
}

function childrenOf(
  directory: InodeRecord,
  block: DirectoryBlock,
  physicalOf: Map<number, number>,
  seen: Set<number>,
): Place[] {
  return (block.index?.entries ?? []).map(({ block: logical }) => {
    const physical = physicalOf.get(logical);
    if (physical === undefined || seen.has(logical)) {
      const what = `its hash index points at logical block ${logical}, which is ${seen.has(logical) ? 'used already' : 'not there'}`;
      throw damaged(directory, block.physical, what);
    }
    seen.add(logical);
    return { logical, physical };
  });
}

function readRoot(disk: Disk, directory: InodeRecord, physical: number): DirectoryBlock {
  const bytes = readBlock(disk, physical, `directory ${directory.ino}`);
  const index = parseHashRoot(disk, directory, bytes, physical);
  const entries = parseEntries(disk, directory, bytes, bytes.length, physical);
  return { logical: 0, physical, kind: 'root', bytes, entries, index, parent: null };
}

function readNode(disk: Disk, directory: InodeRecord, { logical, physical }: Place): DirectoryBlock {
  const bytes = readBlock(disk, physical, `directory ${directory.ino}`);
  const index = parseHashNode(disk, directory, bytes, physical);
  return { logical, physical, kind: 'node', bytes, entries: [], index, parent: null };
}

/** An inline directory: the parent's number, then entries in i_block, then entries in the attribute (fs/ext4/inline.c). */
function readInline(disk: Disk, directory: InodeRecord): DirectoryBlock[] {
  const parent = new Fields(directory.block).u32(0);
  if (parent < 1 || parent > disk.geometry.inodesCount) {
    throw damaged(directory, null, `its parent is inode ${parent} of ${disk.geometry.inodesCount}`);
  }
  const areas = [directory.block.slice(4), inlineAttribute(directory)].filter((area) => area.length > 0);
  return areas.map((bytes, logical) => {
    const entries = parseEntries(disk, directory, bytes, bytes.length, null);
    return { logical, physical: null, kind: 'inline', bytes, entries, index: null, parent };
  });
}

/** Entries in use, `.` and `..` of inline directories made up. */
export function listDirectory(disk: Disk, directory: InodeRecord): DirectoryEntry[] {
  const blocks = readDirectory(disk, directory);
  const parent = blocks[0]?.parent ?? null;
  const entries = blocks.flatMap((block) => block.entries.filter((entry) => entry.ino !== 0));
  return parent === null ? entries : [madeUp(directory.ino, 1), madeUp(parent, 2), ...entries];
}

function madeUp(ino: number, dots: number): DirectoryEntry {
  return { ino, name: new Uint8Array(dots).fill(0x2e), recordLength: 12, fileType: 2, offset: -1 };
}
