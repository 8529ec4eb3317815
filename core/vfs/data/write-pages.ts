import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { writePages } from './writeback.ts';

/** filemap_write_and_wait_range(): bytes [first, last] are on disk afterwards. Throws Refused. */
export function writeAndWait(fs: Filesystem, inode: Inode, first = 0, last = Infinity): void {
  writePages(fs, inode, { first, last, integrity: true, pagesMost: Infinity });
}

/** filemap_flush(): starts to write everything. */
export function flushPages(fs: Filesystem, inode: Inode): void {
  writePages(fs, inode, { first: 0, last: Infinity, integrity: false, pagesMost: Infinity });
}
