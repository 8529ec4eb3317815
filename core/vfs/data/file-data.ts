import type { Filesystem } from '../filesystem.ts';
import type { Inode } from '../inode.ts';
import { journalsData } from './modes.ts';
import { PageCache } from './page-cache.ts';

/** What the data paths keep of a file in memory. */
export interface FileData {
  readonly pages: PageCache;
  /** Rises with each time the file goes from clean to dirty: the order in which the flusher takes files. */
  dirtiedAs: number;
  /** i_inline_size: room that inline data has taken in the inode; 0 while there is none. */
  inlineBytes: number;
}

/** EXT4_MIN_INLINE_DATA_SIZE: i_block of the inode. */
export const inlineBytesLeast = 60;

/** MAX_PAGECACHE_ORDER with transparent huge pages, on x86_64 (HPAGE_PMD_ORDER). */
const hugePageOrder = 9;

/** The file's data, made on first use. */
export function fileData(fs: Filesystem, inode: Inode): FileData {
  inode.data ??= {
    pages: new PageCache(fs.machine.pageSizeBytes / fs.geometry.blockSizeBytes, folioOrderMost(fs, inode)),
    dirtiedAs: 0,
    inlineBytes: inode.inlineData ? Math.max(inode.sizeBytes, inlineBytesLeast) : 0,
  };
  return inode.data as FileData;
}

/** The file's page cache. */
export function pagesOf(fs: Filesystem, inode: Inode): PageCache {
  return fileData(fs, inode).pages;
}

/** fs/ext4/inode.c, ext4_set_inode_mapping_order(): folios of up to 2048 blocks, where the file may have large ones. */
function folioOrderMost(fs: Filesystem, inode: Inode): number {
  const { verity, encrypt } = fs.geometry.features;
  if (fs.machine.largeFolios === false || !inode.isRegular) return 0;
  if (journalsData(fs, inode) || verity || encrypt) return 0;
  const pageBits = Math.log2(fs.machine.pageSizeBytes);
  return Math.min(hugePageOrder, 11 + fs.geometry.blockSizeBits - pageBits);
}
