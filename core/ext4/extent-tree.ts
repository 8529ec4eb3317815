import { crc32c } from './checksum/crc32c.ts';
import { DamagedImage } from './damaged.ts';
import { checkBlocks, type Disk, readBlock } from './disk.ts';
import { Fields } from './fields.ts';
import { type InodeRecord, inodeChecksumSeed } from './inode.ts';

/** A run of mapped blocks: all numbers in filesystem blocks. */
export interface Extent {
  readonly logical: number;
  readonly physical: number;
  readonly length: number;
  readonly unwritten: boolean;
}

/** An entry of an inner node: `logical` as the entry has it, and the node it points at. */
interface ExtentIndex {
  readonly logical: number;
  readonly block: number;
  readonly child: ExtentNode;
}

interface ExtentNodeHeader {
  /** Block that holds the node; null for the root, which lies in the inode. */
  readonly physicalBlock: number | null;
  /** eh_max: entries that fit. */
  readonly capacity: number;
}

/** A node of an inode's extent tree; the leaves are at depth 0 (fs/ext4/ext4_extents.h). */
export type ExtentNode =
  | (ExtentNodeHeader & { readonly kind: 'leaf'; readonly depth: 0; readonly entries: readonly Extent[] })
  | (ExtentNodeHeader & {
      readonly kind: 'index';
      readonly depth: number;
      readonly entries: readonly ExtentIndex[];
    });

const magicNumber = 0xf30a;
const headerBytes = 12;
const entryBytes = 12;
/** EXT4_MAX_EXTENT_DEPTH. */
const depthMax = 5;
/** EXT_INIT_MAX_LEN: longer lengths mark unwritten extents. */
const writtenLengthMax = 32768;
const logicalEnd = 2 ** 32;

/** What a walk down one tree carries along. */
interface Walk {
  readonly disk: Disk;
  readonly inode: InodeRecord;
  readonly seed: number;
  readonly visited: Set<number>;
}

/** The logical blocks a node may speak of; a node's first entry must start at `first`, but for the root. */
interface Span {
  readonly first: number | null;
  readonly end: number;
}

/**
 * Reads the whole tree, every node checked as the kernel does before it uses one (fs/ext4/extents.c: __ext4_ext_check),
 * and moreover that no node is used twice and that children stay within their parent's entry. Throws DamagedImage.
 */
export function readExtentTree(disk: Disk, inode: InodeRecord): ExtentNode {
  const walk: Walk = { disk, inode, seed: inodeChecksumSeed(disk, inode), visited: new Set() };
  const fields = new Fields(inode.block);
  const depth = fields.u16(6);
  if (depth > depthMax) throw damaged(walk, null, `depth ${depth} is beyond ${depthMax}`);
  return readNode(walk, inode.block, null, depth, { first: null, end: logicalEnd });
}

function damaged(walk: Walk, block: number | null, what: string): DamagedImage {
  const part = block === null ? 'extent root' : 'extent block';
  return new DamagedImage(`${part} of inode ${walk.inode.ino}`, block ?? walk.inode.tableBlock, what);
}

function readNode(
  walk: Walk,
  bytes: Uint8Array,
  block: number | null,
  depth: number,
  span: Span,
): ExtentNode {
  const fields = new Fields(bytes);
  const { count, capacity } = checkHeader(walk, fields, block, depth);
  const header = { physicalBlock: block, capacity };
  if (depth === 0)
    return { kind: 'leaf', depth, ...header, entries: readLeaf(walk, fields, count, block, span) };
  return { kind: 'index', depth, ...header, entries: readIndex(walk, fields, count, block, depth, span) };
}

function checkHeader(
  walk: Walk,
  fields: Fields,
  block: number | null,
  depth: number,
): { count: number; capacity: number } {
  const refuse = (what: string): never => {
    throw damaged(walk, block, what);
  };
  const magic = fields.u16(0);
  const count = fields.u16(2);
  const capacity = fields.u16(4);
  if (magic !== magicNumber) refuse(`its magic number is 0x${magic.toString(16)}, not 0xf30a`);
  if (fields.u16(6) !== depth) refuse(`its depth is ${fields.u16(6)}, not ${depth}`);
  const fits = Math.floor((fields.bytes.length - headerBytes) / entryBytes);
  if (capacity === 0 || capacity > fits) refuse(`a capacity of ${capacity} entries, of at most ${fits}`);
  if (count > capacity) refuse(`${count} entries in a node for ${capacity}`);
  if (count === 0 && depth > 0) refuse('an inner node without entries');
  // ext4_ext_map_blocks() refuses it; only the root of an empty file is without extents.
  if (count === 0 && block !== null) refuse('a leaf without extents');
  if (block !== null) verifyChecksum(walk, fields, block, capacity);
  return { count, capacity };
}

/** The checksum stands right after the last possible entry (fs/ext4/ext4_extents.h: EXT4_EXTENT_TAIL_OFFSET). */
function verifyChecksum(walk: Walk, fields: Fields, block: number, capacity: number): void {
  if (!walk.disk.geometry.features.metadataCsum) return;
  const end = headerBytes + capacity * entryBytes;
  if (end + 4 > fields.bytes.length)
    throw damaged(walk, block, `no room for a checksum after ${capacity} entries`);
  const recorded = fields.u32(end);
  const calculated = crc32c(walk.seed, fields.bytes, 0, end);
  if (recorded === calculated) return;
  const what = `its checksum is 0x${calculated.toString(16)}, but 0x${recorded.toString(16)} is recorded`;
  throw damaged(walk, block, what);
}

function readLeaf(walk: Walk, fields: Fields, count: number, block: number | null, span: Span): Extent[] {
  const extents: Extent[] = [];
  let next = span.first ?? 0;
  for (let entry = 0; entry < count; entry++) {
    const at = headerBytes + entry * entryBytes;
    const logical = fields.u32(at);
    const coded = fields.u16(at + 4);
    const unwritten = coded > writtenLengthMax;
    const length = unwritten ? coded - writtenLengthMax : coded;
    const physical = fields.u16(at + 6) * 2 ** 32 + fields.u32(at + 8);
    checkStart(walk, block, entry, logical, next, span);
    if (length === 0) throw damaged(walk, block, `entry ${entry} maps no blocks`);
    next = logical + length;
    if (next > span.end || next === logicalEnd) {
      throw damaged(walk, block, `entry ${entry} ends at logical block ${next}, past ${span.end}`);
    }
    checkBlocks(
      walk.disk,
      physical,
      length,
      `extent of inode ${walk.inode.ino}`,
      block ?? walk.inode.tableBlock,
    );
    extents.push({ logical, physical, length, unwritten });
  }
  return extents;
}

function readIndex(
  walk: Walk,
  fields: Fields,
  count: number,
  block: number | null,
  depth: number,
  span: Span,
): ExtentIndex[] {
  const entries: ExtentIndex[] = [];
  let next = span.first ?? 0;
  for (let entry = 0; entry < count; entry++) {
    const at = headerBytes + entry * entryBytes;
    const logical = fields.u32(at);
    checkStart(walk, block, entry, logical, next, span);
    const end = entry + 1 < count ? fields.u32(at + entryBytes) : span.end;
    if (end <= logical)
      throw damaged(
        walk,
        block,
        `entry ${entry + 1} starts at logical block ${end}, before its left neighbour`,
      );
    const child = fields.u32(at + 4) + fields.u16(at + 8) * 2 ** 32;
    checkBlocks(
      walk.disk,
      child,
      1,
      `extent index of inode ${walk.inode.ino}`,
      block ?? walk.inode.tableBlock,
    );
    if (walk.visited.has(child)) throw damaged(walk, child, 'it is used twice in one tree');
    walk.visited.add(child);
    const bytes = readBlock(walk.disk, child, `extent block of inode ${walk.inode.ino}`);
    const childSpan = { first: logical, end: Math.min(end, span.end) };
    entries.push({ logical, block: child, child: readNode(walk, bytes, child, depth - 1, childSpan) });
    next = logical + 1;
  }
  return entries;
}

function checkStart(
  walk: Walk,
  block: number | null,
  entry: number,
  logical: number,
  next: number,
  span: Span,
): void {
  const exact = entry === 0 && span.first !== null;
  if (exact ? logical === span.first : logical >= next) return;
  const expected = exact ? `not ${span.first} as its parent says` : `before ${next}`;
  throw damaged(walk, block, `entry ${entry} starts at logical block ${logical}, ${expected}`);
}

/** The leaves' entries in logical order. */
export function* leafExtents(node: ExtentNode): Generator<Extent> {
  if (node.kind === 'leaf') yield* node.entries;
  else for (const entry of node.entries) yield* leafExtents(entry.child);
}
