import { DamagedImage } from './damaged.ts';
import { checkBlocks, type Disk, readBlock } from './disk.ts';
import type { Extent } from './extent-tree.ts';
import { Fields } from './fields.ts';
import type { InodeRecord } from './inode.ts';

/**
 * A block of block pointers. `pointers` are as on disk, 0 for holes. `level` 1 points at data; above that, `children`
 * has the nodes in the same places as the pointers, null for holes; at level 1 it is empty.
 */
export interface IndirectNode {
  readonly level: 1 | 2 | 3;
  readonly physicalBlock: number;
  readonly pointers: readonly number[];
  readonly children: readonly (IndirectNode | null)[];
}

/** The classic block map of an inode without extents (fs/ext4/indirect.c). */
export interface IndirectMap {
  /** Twelve pointers at data, 0 for holes. */
  readonly direct: readonly number[];
  readonly single: IndirectNode | null;
  readonly double: IndirectNode | null;
  readonly triple: IndirectNode | null;
}

const directCount = 12;

/** Reads the whole map; every pointer is checked, no pointer block is used twice (fs/ext4/indirect.c: ext4_get_branch). */
export function readIndirectMap(disk: Disk, inode: InodeRecord): IndirectMap {
  const fields = new Fields(inode.block);
  const structure = `block map of inode ${inode.ino}`;
  const visited = new Set<number>();
  const pointers = Array.from({ length: 15 }, (_, place) => fields.u32(place * 4));
  for (const pointer of pointers)
    if (pointer !== 0) checkBlocks(disk, pointer, 1, structure, inode.tableBlock);
  const node = (place: number, level: 1 | 2 | 3): IndirectNode | null => {
    const pointer = pointers[place] as number;
    return pointer === 0 ? null : readNode(disk, structure, visited, pointer, level);
  };
  return {
    direct: pointers.slice(0, directCount),
    single: node(12, 1),
    double: node(13, 2),
    triple: node(14, 3),
  };
}

function readNode(
  disk: Disk,
  structure: string,
  visited: Set<number>,
  block: number,
  level: 1 | 2 | 3,
): IndirectNode {
  if (visited.has(block)) throw new DamagedImage(structure, block, 'this pointer block is used twice');
  visited.add(block);
  const fields = new Fields(readBlock(disk, block, structure));
  const pointers = Array.from({ length: fields.bytes.length / 4 }, (_, place) => fields.u32(place * 4));
  const children = pointers.map((pointer) => {
    if (pointer === 0) return null;
    checkBlocks(disk, pointer, 1, structure, block);
    return level === 1 ? null : readNode(disk, structure, visited, pointer, (level - 1) as 1 | 2);
  });
  return { level, physicalBlock: block, pointers, children: level === 1 ? [] : children };
}

/** Every mapped block in logical order, one extent each. `pointersPerBlock` is block size / 4. */
export function* indirectExtents(map: IndirectMap, pointersPerBlock: number): Generator<Extent> {
  yield* pointed(map.direct, 0);
  let logical = directCount;
  let span = pointersPerBlock;
  for (const node of [map.single, map.double, map.triple]) {
    if (node !== null) yield* mappedBy(node, logical, span);
    logical += span;
    span *= pointersPerBlock;
  }
}

function* mappedBy(node: IndirectNode, logical: number, span: number): Generator<Extent> {
  if (node.level === 1) {
    yield* pointed(node.pointers, logical);
    return;
  }
  const childSpan = span / node.pointers.length;
  for (const [place, child] of node.children.entries()) {
    if (child !== null) yield* mappedBy(child, logical + place * childSpan, childSpan);
  }
}

function* pointed(pointers: readonly number[], logical: number): Generator<Extent> {
  for (const [place, physical] of pointers.entries()) {
    if (physical !== 0) yield { logical: logical + place, physical, length: 1, unwritten: false };
  }
}
