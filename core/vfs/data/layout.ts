import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { releaseReader } from './release.ts';
import { writeAndWait } from './write-pages.ts';

/** What FIEMAP tells of a file: its extents in logical order, merged; or that its data lies in the inode. */
export interface Layout {
  readonly extents: ReturnType<Filesystem['mapping']['extents']>;
  readonly inline: boolean;
}

/** FIEMAP with FIEMAP_FLAG_SYNC through a descriptor of its own (fiemap_prep(), iomap_fiemap()). Throws Refused. */
export function readLayout(fs: Filesystem, inode: Inode): Layout {
  try {
    writeAndWait(fs, inode);
    const inline = inode.inlineData && inode.sizeBytes > 0;
    return { extents: inode.inlineData ? [] : fs.mapping.extents(inode), inline };
  } finally {
    releaseReader(fs, inode);
  }
}
