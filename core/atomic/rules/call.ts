import type { Rule } from './types.ts';

/** Rules of the system call itself: asked of every file, in this order. */
export const callRules = {
  'call.flag-known': {
    layer: 'system call',
    effect: 'EOPNOTSUPP',
    text: 'the kernel knows RWF_ATOMIC since 6.11',
    since: '6.11',
    source: { file: 'include/linux/fs.h', function: 'kiocb_set_rw_flags' },
  },
  'call.directory': {
    layer: 'system call',
    effect: 'EISDIR',
    text: 'a directory cannot be opened for writing',
    since: '6.11',
    source: { file: 'fs/namei.c', function: 'may_open' },
  },
  'call.writable': {
    layer: 'system call',
    effect: 'EROFS',
    text: 'the filesystem must be mounted for writing',
    since: '6.11',
    source: { file: 'fs/namespace.c', function: 'mnt_want_write' },
  },
  'call.write-only': {
    layer: 'system call',
    effect: 'EOPNOTSUPP',
    text: 'only writes can be atomic, not reads',
    since: '6.11',
    source: { file: 'include/linux/fs.h', function: 'kiocb_set_rw_flags' },
  },
  'call.file-kind': {
    layer: 'system call',
    effect: 'EOPNOTSUPP',
    text: 'only regular files and block devices take atomic writes',
    since: '6.11',
    source: { file: 'include/linux/fs.h', function: 'kiocb_set_rw_flags' },
  },
  'call.filesystem-capable': {
    layer: 'filesystem',
    effect: 'EOPNOTSUPP',
    text: 'the filesystem marks the open file as capable: ext4 and XFS do, since 6.13',
    since: '6.11',
    source: { file: 'include/linux/fs.h', function: 'kiocb_set_rw_flags' },
  },
  'call.one-buffer': {
    layer: 'system call',
    effect: 'EINVAL',
    text: 'the data must come from one buffer',
    since: '6.11',
    source: { file: 'fs/read_write.c', function: 'generic_atomic_write_valid' },
  },
  'call.power-of-two': {
    layer: 'system call',
    effect: 'EINVAL',
    text: 'the length must be a power of two',
    since: '6.11',
    source: { file: 'fs/read_write.c', function: 'generic_atomic_write_valid' },
  },
  'call.naturally-aligned': {
    layer: 'system call',
    effect: 'EINVAL',
    text: 'the offset must be a multiple of the length',
    since: '6.11',
    source: { file: 'fs/read_write.c', function: 'generic_atomic_write_valid' },
  },
  'call.direct': {
    layer: 'system call',
    effect: 'EOPNOTSUPP',
    text: 'the file must be open with O_DIRECT (asked last; the block device of 6.11 and 6.12 asks at open, see block.open-direct)',
    since: '6.13',
    source: { file: 'fs/read_write.c', function: 'generic_atomic_write_valid' },
  },
} as const satisfies Readonly<Record<string, Rule>>;
