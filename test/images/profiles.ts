/** A way of formatting: what the reader must cope with, one by one. */
export interface Profile {
  readonly name: string;
  readonly mebibytes: number;
  readonly args: readonly string[];
}

export const profiles: readonly Profile[] = [
  { name: '4 KiB blocks, defaults', mebibytes: 512, args: ['-b', '4096'] },
  { name: '2 KiB blocks', mebibytes: 128, args: ['-b', '2048'] },
  { name: '1 KiB blocks', mebibytes: 64, args: ['-b', '1024'] },
  { name: '64 KiB blocks', mebibytes: 512, args: ['-b', '65536'] },
  {
    name: 'bigalloc, 16 KiB clusters',
    mebibytes: 512,
    args: ['-b', '4096', '-O', 'bigalloc', '-C', '16384'],
  },
  { name: 'bigalloc, 1 KiB blocks', mebibytes: 128, args: ['-b', '1024', '-O', 'bigalloc', '-C', '8192'] },
  { name: 'descriptors of 32 bytes', mebibytes: 512, args: ['-b', '4096', '-O', '^64bit'] },
  { name: 'no flex_bg', mebibytes: 64, args: ['-b', '1024', '-O', '^flex_bg'] },
  {
    name: 'no flex_bg, bigalloc',
    mebibytes: 512,
    args: ['-b', '1024', '-C', '4096', '-O', '^flex_bg,bigalloc'],
  },
  {
    name: 'crc16 descriptors (uninit_bg)',
    mebibytes: 64,
    args: ['-b', '1024', '-O', '^metadata_csum,uninit_bg'],
  },
  {
    name: 'crc16 descriptors of 32 bytes',
    mebibytes: 64,
    args: ['-b', '1024', '-O', '^metadata_csum,uninit_bg,^64bit'],
  },
  { name: 'no checksums at all', mebibytes: 64, args: ['-b', '1024', '-O', '^metadata_csum,^uninit_bg'] },
  { name: 'metadata_csum_seed', mebibytes: 64, args: ['-b', '1024', '-O', 'metadata_csum_seed'] },
  { name: 'inline_data', mebibytes: 64, args: ['-b', '1024', '-O', 'inline_data'] },
  {
    name: 'inline_data, inodes of 1 KiB',
    mebibytes: 256,
    args: ['-b', '4096', '-O', 'inline_data', '-I', '1024'],
  },
  { name: 'indirect maps (^extents)', mebibytes: 64, args: ['-b', '1024', '-O', '^extents,^64bit'] },
  { name: 'meta_bg', mebibytes: 512, args: ['-b', '1024', '-O', 'meta_bg,^resize_inode'] },
  {
    name: 'meta_bg, no flex_bg',
    mebibytes: 512,
    args: ['-b', '1024', '-O', 'meta_bg,^resize_inode,^flex_bg'],
  },
  { name: 'groups of 8192 blocks', mebibytes: 512, args: ['-b', '4096', '-g', '8192'] },
  { name: 'inodes of 128 bytes', mebibytes: 64, args: ['-b', '1024', '-I', '128'] },
  { name: 'inodes of 512 bytes', mebibytes: 256, args: ['-b', '4096', '-I', '512'] },
  { name: 'no journal', mebibytes: 64, args: ['-b', '1024', '-O', '^has_journal'] },
  { name: 'sparse_super2', mebibytes: 64, args: ['-b', '1024', '-O', 'sparse_super2,^resize_inode'] },
  {
    name: 'superblocks everywhere',
    mebibytes: 64,
    args: ['-b', '1024', '-O', '^sparse_super,^resize_inode'],
  },
  { name: 'large_dir', mebibytes: 64, args: ['-b', '1024', '-O', 'large_dir'] },
  { name: 'quota and project', mebibytes: 64, args: ['-b', '1024', '-O', 'quota,project'] },
  { name: 'orphan_file', mebibytes: 64, args: ['-b', '1024', '-O', 'orphan_file'] },
  { name: 'no dir_index', mebibytes: 64, args: ['-b', '1024', '-O', '^dir_index'] },
  { name: 'stride and stripe', mebibytes: 512, args: ['-b', '4096', '-E', 'stride=4,stripe_width=16'] },
  { name: 'as ext3', mebibytes: 64, args: ['-t', 'ext3', '-b', '1024'] },
  { name: 'as ext2', mebibytes: 64, args: ['-t', 'ext2', '-b', '1024'] },
];

/** Fills an image with what makes layouts differ: holes, deep trees, unwritten extents, links, hashed directories. */
export function contents(
  samples: { small: string; medium: string; large: string },
  usesExtents: boolean,
): string[] {
  const long = 'n'.repeat(180);
  const commands = [
    'mkdir many',
    'cd many',
    ...Array.from({ length: 700 }, (_, at) => `symlink ${long}${String(at).padStart(4, '0')} target`),
    ...Array.from({ length: 60 }, (_, at) => `rm ${long}${String(at * 7).padStart(4, '0')}`),
    'cd /',
    'mkdir few',
    'cd few',
    `write ${samples.small} small`,
    `write ${samples.medium} medium`,
    `write ${samples.large} holes`,
    ...Array.from({ length: 180 }, (_, at) => `punch holes ${at * 2 + 1} ${at * 2 + 1}`),
    `write ${samples.large} large`,
    `symlink short target`,
    `symlink long ${'x'.repeat(300)}`,
    'mknod pipe p',
    'mknod device c 1 3',
    'mkdir inner',
    'cd inner',
    ...Array.from({ length: 12 }, (_, at) => `write ${samples.small} file-${at}`),
    'rm file-3',
    'cd /',
  ];
  if (!usesExtents) return commands;
  const unwritten = [
    `write ${samples.medium} unwritten`,
    ...Array.from({ length: 420 }, (_, at) => `fallocate unwritten ${at * 3 + 6} ${at * 3 + 7}`),
  ];
  return [...commands, ...unwritten];
}
