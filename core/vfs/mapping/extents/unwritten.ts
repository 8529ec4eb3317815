import { assert } from '../../../assert.ts';
import { getBlocks } from '../../filesystem.ts';
import type { ExtentFile } from '../file.ts';
import { found, type MapRequest } from '../request.ts';
import type { Path } from '../tree/path.ts';
import { finishWrite, splitForConversion } from './convert.ts';
import { initialiseExtent } from './initialise.ts';
import { coveredLength } from './split-extent.ts';

/**
 * Answers a request that begins in an unwritten extent (fs/ext4/extents.c: ext4_ext_handle_unwritten_extents()): splits
 * it before direct I/O, converts it after, initialises it for writeback, or only tells of it. `available` blocks follow
 * in the extent, at `physical`. Returns the blocks answered for. Throws Refused.
 */
export function useUnwritten(
  file: ExtentFile,
  path: Path,
  request: MapRequest,
  givenFlags: number,
  available: number,
  physical: number,
): number {
  const flags = givenFlags | getBlocks.metadataNoFail;
  let usable = available;
  if (flags & getBlocks.preIo) {
    usable = coveredLength(path, request);
    splitForConversion(file, path, request, convertFlags(file, flags));
    request.flags |= found.unwritten | found.isNew | found.mapped;
  } else if (flags & getBlocks.convert) {
    finishWrite(file, path, request, flags);
    request.flags |= found.mapped;
  } else if (flags & getBlocks.unwritten) {
    request.flags |= found.unwritten | found.mapped;
  } else if (!(flags & getBlocks.create)) {
    request.flags |= found.unwritten;
  } else {
    usable = initialiseExtent(file, path, request, flags);
    request.flags |= found.isNew | found.mapped;
  }
  assert(usable > 0, 'an extent answers for at least one block');
  request.physical = physical;
  request.length = Math.min(usable, request.length);
  return request.length;
}

/** Before the fixes of {@link MappingBehaviour.splitting}, the split before the I/O passed for the conversion itself. */
function convertFlags(file: ExtentFile, flags: number): number {
  return file.behaviour.splitting === 'zero-all' ? flags | getBlocks.convert : flags;
}
