import type { TreeNode } from '../tree/node.ts';
import type { ExtentFile } from '../file.ts';
import { cacheAgreeing } from './agree.ts';

/** Puts a leaf's extents, and the holes between them, where nothing is cached yet (extents.c: ext4_cache_extents()). */
export function cacheLeaf({ status, behaviour }: ExtentFile, leaf: TreeNode): void {
  const agrees = behaviour.caching === 'agrees';
  const put = (
    logical: number,
    length: number,
    physical: number,
    state: 'written' | 'unwritten' | 'hole',
  ) => {
    if (agrees) cacheAgreeing(status, logical, length, physical, state);
    else status.cache(logical, length, physical, state);
  };
  let previousEnd = 0;
  for (const { logical, length, physical, unwritten } of leaf.extents) {
    if (previousEnd !== 0 && previousEnd !== logical) put(previousEnd, logical - previousEnd, 0, 'hole');
    put(logical, length, physical, unwritten ? 'unwritten' : 'written');
    previousEnd = logical + length;
  }
}
