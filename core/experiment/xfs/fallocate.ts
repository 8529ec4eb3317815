import { Refused } from '../../errno.ts';
import type { FallocateMode, StepOf } from '../plan.ts';
import type { FileNode } from './names.ts';

/** A file ends before this offset (s_maxbytes). Plans cannot reach it, but a shifted file could. */
const mostBytes = 2 ** 63;

/**
 * fallocate(2) on a regular file of XFS (fs/open.c, vfs_fallocate(); fs/xfs/xfs_file.c, __xfs_file_fallocate()).
 * Changes the file, or throws Refused.
 */
export function fallocateOnXfs(
  file: FileNode,
  { offset, length, mode }: Pick<StepOf<'fallocate'>, 'offset' | 'length' | 'mode'>,
  blockBytes: number,
): void {
  if (length === 0) throw new Refused('EINVAL', 'a length of 0');
  const { action, keepSize } = judgeMode(mode);
  const first = Math.floor(offset / blockBytes);
  const end = Math.ceil((offset + length) / blockBytes);
  switch (action) {
    case 'punch-hole':
      file.backed.remove(Math.ceil(offset / blockBytes), Math.floor((offset + length) / blockBytes));
      return;
    case 'collapse-range':
      requireWholeBlocks(offset, length, blockBytes);
      if (offset + length >= file.sizeBytes)
        throw new Refused('EINVAL', 'the range reaches the end of the file');
      file.backed.remove(first, end);
      file.backed.shift(end, first - end);
      file.sizeBytes -= length;
      return;
    case 'insert-range':
      requireWholeBlocks(offset, length, blockBytes);
      if (file.sizeBytes + length > mostBytes) throw new Refused('EFBIG', 'the file would be too long');
      if (offset >= file.sizeBytes)
        throw new Refused('EINVAL', 'the range begins at or behind the end of the file');
      file.backed.shift(first, end - first);
      file.sizeBytes += length;
      return;
    default:
      file.backed.add(first, end);
      if (!keepSize) file.sizeBytes = Math.max(file.sizeBytes, offset + length);
  }
}

/** vfs_fallocate(): one action at a time; punching keeps the size, and shifting may not be asked to. */
function judgeMode(modes: readonly FallocateMode[]): { action: FallocateMode | null; keepSize: boolean } {
  const actions = modes.filter((mode) => mode !== 'keep-size');
  const [action = null, second] = actions;
  const keepSize = modes.includes('keep-size') || action === 'punch-hole';
  if (second) throw new Refused('EOPNOTSUPP', `${action} and ${second} exclude each other`);
  if (modes.includes('keep-size') && (action === 'collapse-range' || action === 'insert-range'))
    throw new Refused('EOPNOTSUPP', `${action} cannot keep the size`);
  return { action, keepSize };
}

function requireWholeBlocks(offset: number, length: number, blockBytes: number): void {
  if (offset % blockBytes !== 0 || length % blockBytes !== 0)
    throw new Refused('EINVAL', 'only whole blocks can be shifted');
}
