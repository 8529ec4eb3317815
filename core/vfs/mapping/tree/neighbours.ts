import { assert } from '../../../assert.ts';
import type { ExtentFile } from '../file.ts';
import type { LeafExtent } from './node.ts';
import { entryAt, extentAt, leafLevel, pathExtent, visit, type Path } from './path.ts';

/** The closest mapped block on one side: physical 0 where there is none, and then `logical` is the block asked about. */
export interface Neighbour {
  readonly logical: number;
  readonly physical: number;
}

/** The last mapped block before `logical`, which is not mapped (extents.c: ext4_ext_search_left()). */
export function leftNeighbour(path: Path, logical: number): Neighbour {
  const extent = pathExtent(path);
  if (extent === null || logical < extent.logical) return { logical, physical: 0 };
  assert(logical >= extent.logical + extent.length, 'the block asked about is not mapped');
  return { logical: extent.logical + extent.length - 1, physical: extent.physical + extent.length - 1 };
}

/** The first extent behind `logical`, which is not mapped; null where there is none (ext4_ext_search_right()). */
export function rightNeighbour(
  file: ExtentFile,
  path: Path,
  logical: number,
  flags: number,
): LeafExtent | null {
  const { node, position } = leafLevel(path);
  if (position === null) return null;
  const extent = extentAt(node, position);
  if (logical < extent.logical) return extent;
  assert(logical >= extent.logical + extent.length, 'the block asked about is not mapped');
  if (position < node.extents.length - 1) return extentAt(node, position + 1);
  return firstOfNextLeaf(file, path, flags);
}

function firstOfNextLeaf(file: ExtentFile, path: Path, flags: number): LeafExtent | null {
  for (let level = path.length - 2; level >= 0; level--) {
    const step = path[level];
    assert(step?.position !== undefined && step.position !== null, 'an inner step goes through an entry');
    if (step.position === step.node.children.length - 1) continue;
    let node = visit(file, entryAt(step.node, step.position + 1).child, flags);
    while (node.depth > 0) node = visit(file, entryAt(node, 0).child, flags);
    return extentAt(node, 0);
  }
  return null;
}
