import type { Step } from '../../core/experiment/plan.ts';
import type { TargetKind } from '../../core/experiment/plan.ts';

/** What each operation does, in one line (docs/plan-format.md). */
export const stepHints: Readonly<Record<Step['op'], string>> = {
  create: 'makes a new file and opens it; fails where it is there already',
  open: 'opens a file now rather than at its first use',
  write: 'one pwritev2 from page-aligned memory; atomic asks for RWF_ATOMIC',
  fallocate: 'fallocate(2) with the modes or-ed; the kernel judges them',
  truncate: 'ftruncate(2)',
  unlink: 'closes the file, then unlink(2)',
  mkdir: 'mkdir(2); files may then be named dir/name',
  fsync: 'fsync(2)',
  layout: "reads the file's layout now, which writes its delayed data",
  sync: 'writes all delayed data, then syncfs(2), then waits until freed blocks have come back',
  close: 'closes every descriptor on the file; the last close drops its preallocation',
  remount: 'as sync, then unmounts and mounts again',
  many: 'ages the filesystem with many files: prefix0, prefix1, …',
  'unlink-every': 'unlinks every so many of them',
};

export const targetHints: Readonly<Record<TargetKind, string>> = {
  loop: 'An image file is made, formatted, attached and mounted, and all of it is removed afterwards.',
  image: 'An image file of yours. A run works on a copy, never on the original.',
  mounted: 'A directory on a mounted filesystem. The plan works in a new directory below it and removes it.',
  sandbox: 'A drive with atomic limits, emulated in a guest. It needs no root and touches nothing here.',
  block: 'A device of yours. What it holds is lost.',
};

export const targetTitles: Readonly<Record<TargetKind, string>> = {
  loop: 'Loop',
  image: 'Image',
  mounted: 'Mounted',
  sandbox: 'Sandbox',
  block: 'Device',
};

/** What the name of a field does not say by itself. */
export const fieldHints: Readonly<Record<string, string>> = {
  offset: 'a number of bytes, or 16KiB, 1MiB, …',
  length: 'a number of bytes, or 16KiB, 1MiB, …',
  size: 'a number of bytes, or 512MiB, 1GiB, …',
  atomic: 'RWF_ATOMIC: all of it or nothing',
  direct: 'O_DIRECT: past the page cache; without it the write is buffered',
  sync: 'RWF_DSYNC or RWF_SYNC',
  vectors: 'the length is divided into as many equal vectors',
  mountOptions: 'as mount -o takes them, separated by commas',
  args: 'as on the command line of mkfs, separated by spaces',
  buddies: 'how the groups’ buddies come into being after a mount',
  cpus: 'possible CPUs; left out: those of this machine; group searches depend on them since Linux 6.17',
  rotational: 'the flag of the disk under the image; left out: that of this machine',
  tid: 'id of the calling thread modulo 16; counts without delayed allocation',
  kernel: 'path of a kernel for the guest; left out for the installed one',
  atomicMax: 'the most that the drive writes untorn',
};
