import { Refused } from '../../errno.ts';
import { inodeFlags } from '../../ext4/index.ts';
import { getBlocks, type Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { allocateBlocks } from './allocate-blocks.ts';
import { convertInlineData } from './inline-data.ts';
import { superblockMaxBytes } from './limits.ts';
import { hasFlag } from './modes.ts';
import { fileModified } from './modified.ts';
import { punchHole } from './punch-hole.ts';
import { collapseRange, insertRange } from './shift-range.ts';
import { demandUnwritten, grownSizeBytes } from './unwritten-range.ts';
import { zeroRange } from './zero-range.ts';

/** The modes of fallocate(2) that a plan can ask for. */
export interface FallocateModes {
  readonly keepSize: boolean;
  readonly punchHole: boolean;
  readonly zeroRange: boolean;
  readonly collapseRange: boolean;
  readonly insertRange: boolean;
}

/** fallocate(2) on a regular file: vfs_fallocate() of fs/open.c and ext4_fallocate(). Throws Refused. */
export function fallocate(
  fs: Filesystem,
  inode: Inode,
  offset: number,
  length: number,
  modes: FallocateModes,
): void {
  checkCall(fs, inode, offset, length, modes);
  convertInlineData(fs, inode);
  fileModified(fs, inode);
  if (modes.punchHole) punchHole(fs, inode, offset, length);
  else if (modes.collapseRange) collapseRange(fs, inode, offset, length);
  else if (modes.insertRange) insertRange(fs, inode, offset, length);
  else if (modes.zeroRange) zeroRange(fs, inode, offset, length, modes.keepSize);
  else allocateRange(fs, inode, offset, length, modes.keepSize);
}

/** vfs_fallocate(): what is refused before the filesystem sees the call. */
function checkCall(
  fs: Filesystem,
  inode: Inode,
  offset: number,
  length: number,
  modes: FallocateModes,
): void {
  if (length === 0) throw new Refused('EINVAL', 'a length of 0');
  const { punchHole: punch, zeroRange: zero, collapseRange: collapse, insertRange: insert, keepSize } = modes;
  if (Number(punch) + Number(zero) + Number(collapse) + Number(insert) > 1) {
    throw new Refused('EOPNOTSUPP', 'modes that exclude each other');
  }
  if (punch && !keepSize) throw new Refused('EOPNOTSUPP', 'punch-hole needs keep-size');
  if ((collapse || insert) && keepSize) throw new Refused('EOPNOTSUPP', 'keep-size with a shift of the file');
  const plain = !punch && !zero && !collapse && !insert;
  if (hasFlag(inode, inodeFlags.append) && !plain) throw new Refused('EPERM', 'the file is append-only');
  if (hasFlag(inode, inodeFlags.immutable)) throw new Refused('EPERM', 'the file is immutable');
  if (offset + length > superblockMaxBytes(fs))
    throw new Refused('EFBIG', 'beyond what the filesystem can hold');
}

/** ext4_do_fallocate() */
function allocateRange(
  fs: Filesystem,
  inode: Inode,
  offset: number,
  length: number,
  keepSize: boolean,
): void {
  demandUnwritten(inode);
  const end = offset + length;
  const size = fs.geometry.blockSizeBytes;
  const first = Math.floor(offset / size);
  const newSize = grownSizeBytes(inode, end, keepSize);
  allocateBlocks(fs, inode, first, Math.ceil(end / size) - first, newSize, getBlocks.createUnwritten);
}
