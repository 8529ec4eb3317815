import { assert } from '../../assert.ts';
import type { ExtentNode, IndirectMap, IndirectNode } from '../../ext4/index.ts';
import {
  directCount,
  doubleSlot,
  emptyBlockMap,
  PointerBlock,
  singleSlot,
  tripleSlot,
  type BlockMap,
} from './indirect/block-map.ts';
import { TreeNode } from './tree/node.ts';

/** Reads the mapping of an inode that is on disk. */
export interface MappingLoader {
  /** Volume.extentTree() for an inode with extents. */
  extentTree(ino: number): ExtentNode;
  /** Volume.indirectMap() for one without. */
  indirectMap(ino: number): IndirectMap;
}

/** A tree as it is on disk, ready to be changed. Its leaves count as not read yet. */
export function treeFromDisk(node: ExtentNode): TreeNode {
  const isRoot = node.physicalBlock === null;
  const copy = new TreeNode(node.depth, node.physicalBlock, node.capacity, isRoot);
  if (node.kind === 'leaf') {
    for (const { logical, length, physical, unwritten } of node.entries) {
      copy.extents.push({ logical, length, physical, unwritten });
    }
  } else {
    for (const entry of node.entries)
      copy.children.push({ logical: entry.logical, child: treeFromDisk(entry.child) });
  }
  return copy;
}

/** A block map as it is on disk, ready to be changed. */
export function blockMapFromDisk(map: IndirectMap): BlockMap {
  assert(map.direct.length === directCount, 'the inode has twelve direct pointers');
  const root = emptyBlockMap();
  for (const [slot, pointer] of map.direct.entries()) root.set(slot, pointer);
  const roots = [
    [singleSlot, map.single],
    [doubleSlot, map.double],
    [tripleSlot, map.triple],
  ] as const;
  for (const [slot, node] of roots) if (node !== null) hang(root, slot, node);
  return root;
}

function hang(parent: PointerBlock, slot: number, node: IndirectNode): void {
  const block = new PointerBlock(node.physicalBlock, node.pointers.length);
  for (const [index, pointer] of node.pointers.entries()) {
    block.set(index, pointer);
    const child = node.children[index];
    if (child !== null && child !== undefined) hang(block, index, child);
  }
  parent.set(slot, node.physicalBlock);
  parent.children.set(slot, block);
}
