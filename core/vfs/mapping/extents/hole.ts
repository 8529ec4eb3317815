import { assert } from '../../../assert.ts';
import { maxBlocks, type ExtentFile } from '../file.ts';
import { recordStatus } from '../status/reservation.ts';
import type { RunState } from '../status/runs.ts';
import { extentEnd } from '../tree/node.ts';
import { nextAllocated, pathExtent, type Path } from '../tree/path.ts';

const isDelayed = (state: RunState): boolean => state === 'delayed';

/**
 * How far the hole (or, should one start here, the delayed run) at `block` reaches, and remembers the hole around it
 * (fs/ext4/extents.c: ext4_ext_determine_insert_hole(), ext4_ext_find_hole()). Returns blocks from `block` on.
 */
export function holeLength(file: ExtentFile, path: Path, block: number): number {
  let { start, length } = holeAround(path, block);
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
  recordStatus(file, start, length, 0, 'hole');
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
