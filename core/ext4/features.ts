import { NotModelled } from '../errno.ts';
import type { Features } from './geometry.ts';

/** Feature bits by the names that mke2fs(8) and dumpe2fs(8) use (fs/ext4/ext4.h: EXT4_FEATURE_*). */
const compat = {
  dir_prealloc: 0x1,
  imagic_inodes: 0x2,
  has_journal: 0x4,
  ext_attr: 0x8,
  resize_inode: 0x10,
  dir_index: 0x20,
  sparse_super2: 0x200,
  fast_commit: 0x400,
  stable_inodes: 0x800,
  orphan_file: 0x1000,
} as const;

const incompat = {
  filetype: 0x2,
  needs_recovery: 0x4,
  meta_bg: 0x10,
  extent: 0x40,
  '64bit': 0x80,
  mmp: 0x100,
  flex_bg: 0x200,
  ea_inode: 0x400,
  metadata_csum_seed: 0x2000,
  large_dir: 0x4000,
  inline_data: 0x8000,
  encrypt: 0x10000,
  casefold: 0x20000,
} as const;

const roCompat = {
  sparse_super: 0x1,
  large_file: 0x2,
  btree_dir: 0x4,
  huge_file: 0x8,
  uninit_bg: 0x10,
  dir_nlink: 0x20,
  extra_isize: 0x40,
  quota: 0x100,
  bigalloc: 0x200,
  metadata_csum: 0x400,
  project: 0x2000,
  verity: 0x8000,
  orphan_present: 0x10000,
} as const;

/** Bits that have a name but that neither the kernel's ext4 nor the mirror can write to. */
const refusedNames: Record<'compat' | 'incompat' | 'ro_compat', Record<number, string>> = {
  compat: { 0x40: 'lazy_bg', 0x80: 'exclude_inode', 0x100: 'exclude_bitmap' },
  incompat: { 0x1: 'compression', 0x8: 'journal_dev', 0x1000: 'dirdata' },
  ro_compat: { 0x80: 'has_snapshot', 0x800: 'replica', 0x1000: 'read-only', 0x4000: 'shared_blocks' },
};

/** Throws NotModelled, with names, unless every bit of the three feature words is known. */
export function refuseUnknownFeatures(words: { compat: number; incompat: number; roCompat: number }): void {
  const unknown = [
    ...unknownBits('compat', words.compat, compat),
    ...unknownBits('incompat', words.incompat, incompat),
    ...unknownBits('ro_compat', words.roCompat, roCompat),
  ];
  if (unknown.length === 0) return;
  const subject = unknown.length === 1 ? 'the ext4 feature' : 'the ext4 features';
  throw new NotModelled(`${subject} ${unknown.join(', ')} of this filesystem`);
}

function unknownBits(
  word: keyof typeof refusedNames,
  value: number,
  known: Record<string, number>,
): string[] {
  let rest = value;
  for (const bit of Object.values(known)) rest &= ~bit;
  const names: string[] = [];
  for (let shift = 0; shift < 32; shift++) {
    const bit = (1 << shift) >>> 0;
    if (rest & bit) names.push(refusedNames[word][bit] ?? `${word} 0x${bit.toString(16)}`);
  }
  return names;
}

/** The flags by name. */
export function featuresOf(words: { compat: number; incompat: number; roCompat: number }): Features {
  const c = (bit: number): boolean => (words.compat & bit) !== 0;
  const i = (bit: number): boolean => (words.incompat & bit) !== 0;
  const r = (bit: number): boolean => (words.roCompat & bit) !== 0;
  return {
    hasJournal: c(compat.has_journal),
    resizeInode: c(compat.resize_inode),
    dirIndex: c(compat.dir_index),
    sparseSuper2: c(compat.sparse_super2),
    fastCommit: c(compat.fast_commit),
    orphanFile: c(compat.orphan_file),
    filetype: i(incompat.filetype),
    needsRecovery: i(incompat.needs_recovery),
    metaBg: i(incompat.meta_bg),
    extents: i(incompat.extent),
    bit64: i(incompat['64bit']),
    mmp: i(incompat.mmp),
    flexBg: i(incompat.flex_bg),
    eaInode: i(incompat.ea_inode),
    metadataCsumSeed: i(incompat.metadata_csum_seed),
    largeDir: i(incompat.large_dir),
    inlineData: i(incompat.inline_data),
    encrypt: i(incompat.encrypt),
    casefold: i(incompat.casefold),
    sparseSuper: r(roCompat.sparse_super),
    largeFile: r(roCompat.large_file),
    hugeFile: r(roCompat.huge_file),
    uninitBg: r(roCompat.uninit_bg),
    dirNlink: r(roCompat.dir_nlink),
    extraIsize: r(roCompat.extra_isize),
    quota: r(roCompat.quota),
    bigalloc: r(roCompat.bigalloc),
    metadataCsum: r(roCompat.metadata_csum),
    project: r(roCompat.project),
    verity: r(roCompat.verity),
  };
}
