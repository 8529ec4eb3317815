import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';

/** file_modified() before a change of the data: timestamps, and the file is known to need no care for privileges (S_NOSEC). */
export function fileModified(fs: Filesystem, inode: Inode): void {
  inode.states.add('no-security');
  fs.journal.touch(inode, false);
}
