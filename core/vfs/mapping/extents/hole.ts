import { assert } from '../../../assert.ts';
import type { ExtentFile, MappedFile } from '../file.ts';
import { maxBlocks } from '../limits.ts';
import { cacheStatus } from '../status/agree.ts';
import type { RunState } from '../status/runs.ts';
import { extentEnd } from '../tree/node.ts';
import { nextAllocated, pathExtent, type Path } from '../tree/path.ts';

const isDelayed = (state: RunState): boolean => state === 'delayed';

/**
 * How far the hole (or, should one start here, the delayed run) at `block` reaches, and remembers the hole around it
 * (fs/ext4/extents.c: ext4_ext_determine_insert_hole(), ext4_ext_find_hole()). Returns blocks from `block` on.
 */
export function holeLength(file: ExtentFile, path: Path, block: number): number {
  const { start, length } = holeAround(path, block);
  return rememberHole(file, block, start, length);
}

/**
 * Cuts the hole [start, start + length) around `block` where blocks are delayed, and remembers what is left
 * (ext4_determine_insert_hole()). Returns its blocks from `block` on, or those of the delayed run that is there.
 */
export function rememberHole(file: MappedFile, block: number, holeStart: number, holeBlocks: number): number {
  let start = holeStart;
  let length = holeBlocks;
  for (;;) {
    const delayed = file.status.find(start, start + length - 1, isDelayed);
    if (delayed === null) break;
    const delayedEnd = delayed.logical + delayed.length;
    if (block >= delayedEnd) {
      length -= block - start;
      start = block;
    } else if (block >= delayed.logical) {
      return delayedEnd - block;
    } else {
      length = Math.min(delayed.logical - start, length);
      break;
    }
  }
  cacheStatus(file, start, length, 0, 'hole');
  return start + length - block;
}

function holeAround(path: Path, block: number): { start: number; length: number } {
  const extent = pathExtent(path);
  if (extent === null) return { start: 0, length: maxBlocks };
  if (block < extent.logical) return { start: block, length: extent.logical - block };
  const start = extentEnd(extent);
  assert(block >= start, 'the block lies in a hole');
  return { start, length: nextAllocated(path) - start };
}
