import { judgeOptionList, sizeLike, wholeNumber, type AllowList } from './option-list.ts';

/**
 * Mount options that a plan may give (Documentation/admin-guide/ext4.rst, xfs.rst). Left out is what names a device
 * or a path, and what would bring the host down or change it (errors=panic, dax, test options).
 */
const shared: AllowList = {
  noatime: null,
  relatime: null,
  strictatime: null,
  nodiratime: null,
  lazytime: null,
  nolazytime: null,
};

const ext4: AllowList = {
  ...shared,
  commit: wholeNumber,
  data: /^(ordered|writeback|journal)$/,
  delalloc: null,
  nodelalloc: null,
  dioread_lock: null,
  dioread_nolock: null,
  discard: null,
  nodiscard: null,
  barrier: /^[01]?$/,
  nobarrier: null,
  stripe: wholeNumber,
  mb_optimize_scan: /^[01]$/,
  inode_readahead_blks: wholeNumber,
  max_batch_time: wholeNumber,
  min_batch_time: wholeNumber,
  auto_da_alloc: /^[01]?$/,
  noauto_da_alloc: null,
  block_validity: null,
  noblock_validity: null,
  init_itable: /^([0-9]{1,9})?$/,
  noinit_itable: null,
  prefetch_block_bitmaps: null,
  no_prefetch_block_bitmaps: null,
  journal_checksum: null,
  nojournal_checksum: null,
  journal_async_commit: null,
  journal_ioprio: /^[0-7]$/,
  bsddf: null,
  minixdf: null,
  grpid: null,
  nogrpid: null,
  resuid: wholeNumber,
  resgid: wholeNumber,
  acl: null,
  noacl: null,
  user_xattr: null,
  nouser_xattr: null,
  usrquota: null,
  grpquota: null,
  prjquota: null,
  quota: null,
  noquota: null,
  errors: /^(continue|remount-ro)$/,
  max_dir_size_kb: wholeNumber,
};

const xfs: AllowList = {
  ...shared,
  allocsize: sizeLike,
  discard: null,
  nodiscard: null,
  filestreams: null,
  ikeep: null,
  noikeep: null,
  inode32: null,
  inode64: null,
  largeio: null,
  nolargeio: null,
  logbufs: wholeNumber,
  logbsize: sizeLike,
  max_atomic_write: sizeLike,
  noalign: null,
  noquota: null,
  norecovery: null,
  sunit: wholeNumber,
  swidth: wholeNumber,
  swalloc: null,
  wsync: null,
};

/** Says what is wrong with the mount options of a plan, or null. `fs` is null where only the image itself knows. */
export function judgeMountOptions(fs: 'ext4' | 'xfs' | null, list: string): string | null {
  if (list === '') return null;
  if (fs !== null) return judgeOptionList(list, fs === 'ext4' ? ext4 : xfs);
  const asExt4 = judgeOptionList(list, ext4);
  return asExt4 && judgeOptionList(list, xfs) ? asExt4 : null;
}
