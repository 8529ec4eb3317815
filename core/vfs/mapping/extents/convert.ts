import { assertExists } from '../../../assert.ts';
import { getBlocks } from '../../filesystem.ts';
import type { ExtentFile } from '../file.ts';
import { maxUnwrittenLength } from '../limits.ts';
import { found, type MapRequest } from '../request.ts';
import { merge } from '../tree/merge.ts';
import { extentEnd } from '../tree/node.ts';
import { findExtent, leafLevel, pathExtent, type Path } from '../tree/path.ts';
import { cutAndConvert } from './cut-and-convert.ts';
import { endOfFileBlock, split, splitExtent, type LogicalRange } from './split-extent.ts';

/**
 * Splits an extent so that `range` is an extent of its own, ready for a change of state (fs/ext4/extents.c:
 * ext4_split_convert_extents()). `flags` tell which change is to come. Throws Refused.
 */
export function splitForConversion(file: ExtentFile, path: Path, range: LogicalRange, flags: number): Path {
  const extent = assertExists(pathExtent(path), 'the extent to convert');
  const splitsUnwritten =
    file.behaviour.splitting === 'zero-all' ? getBlocks.convert : getBlocks.unwritten | getBlocks.convert;
  let splitFlags = 0;
  if (flags & getBlocks.convertUnwritten) splitFlags |= split.firstValid;
  else if (flags & splitsUnwritten) {
    if (extentEnd(extent) <= endOfFileBlock(file, range)) splitFlags |= split.mayZeroOut;
    splitFlags |= split.markSecondUnwritten;
    if (flags & getBlocks.convert) splitFlags |= split.secondValid;
  }
  return splitExtent(file, path, range, splitFlags, flags | getBlocks.preIo);
}

/** Marks [logical, logical + length) written once its I/O is done (ext4_convert_unwritten_extents_endio()). Throws Refused. */
export function finishWrite(file: ExtentFile, path: Path, range: LogicalRange, flags: number): void {
  const { splitting } = file.behaviour;
  if (splitting === 'cut-then-convert') {
    cutAndConvert(file, path, range, flags);
    return;
  }
  const reserve = splitting === 'zero-all' ? 0 : getBlocks.metadataNoFail;
  setState(file, path, range, { split: getBlocks.convert | reserve, find: 0 }, false);
}

/** Marks written blocks unwritten again, for zero-range (convert_initialized_extent()). Throws Refused. */
export function unwriteExtent(
  file: ExtentFile,
  path: Path,
  request: MapRequest,
  flags: number,
  available: number,
): number {
  if (request.length > maxUnwrittenLength) request.length = Math.floor(maxUnwrittenLength / 2);
  request.flags |= unwrite(file, path, request, flags) ? found.unwritten : found.mapped;
  request.length = Math.min(available, request.length);
  return request.length;
}

/** Whether the blocks are unwritten afterwards: zeroed ones, for which the tree had no space, are not. */
function unwrite(file: ExtentFile, path: Path, range: LogicalRange, flags: number): boolean {
  const { splitting } = file.behaviour;
  if (splitting === 'cut-then-convert') {
    cutAndConvert(file, path, range, flags);
    const changed = pathExtent(findExtent(file, range.logical, flags));
    return assertExists(changed, 'the extent converted').unwritten;
  }
  const passed =
    splitting === 'zero-all' ? { split: getBlocks.convertUnwritten, find: 0 } : { split: flags, find: flags };
  setState(file, path, range, passed, true);
  return true;
}

function setState(
  file: ExtentFile,
  start: Path,
  range: LogicalRange,
  flags: { readonly split: number; readonly find: number },
  unwritten: boolean,
): void {
  let path = start;
  let extent = assertExists(pathExtent(path), 'the extent to convert');
  if (extent.logical !== range.logical || extent.length > range.length) {
    splitForConversion(file, path, range, flags.split);
    path = findExtent(file, range.logical, flags.find);
    extent = assertExists(pathExtent(path), 'the extent split off');
  }
  extent.unwritten = unwritten;
  const { position } = leafLevel(path);
  if (position !== null) merge(file, path, position);
}
