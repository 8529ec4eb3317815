import { NotModelled } from '../errno.ts';
import type { Superblock } from '../ext4/index.ts';
import type { Geometry } from '../ext4/geometry.ts';
import type { MountOptions } from './filesystem.ts';

/** The kernel would not mount the filesystem with these options; `message` says which one and why. */
export class MountRefused extends Error {
  override readonly name = 'MountRefused';
}

/** EXT4_DEFM_*: s_default_mount_opts. */
const defaults = {
  journalMode: 0x60,
  data: 0x20,
  ordered: 0x40,
  writeback: 0x60,
  noDelayed: 0x800,
};
const commitIntervalSeconds = 5;
/** INT_MAX jiffies at the slowest clock a kernel is built with (HZ=100); others take less. */
const commitSecondsMost = Math.floor((2 ** 31 - 1) / 100);

interface Asked {
  delayed: boolean | null;
  data: DataMode | null;
  dioreadNolock: boolean | null;
  stripe: number;
  optimizeScan: boolean | 'auto';
  autoDelayed: boolean;
  commitSeconds: number;
  journalChecksum: boolean;
  asyncCommit: boolean;
}

type DataMode = MountOptions['dataMode'];

/** What the superblock says about mounting. */
type StoredOptions = Pick<
  Superblock,
  'mountOptions' | 'defaultMountOptions' | 'raidStripeWidthBlocks' | 'raidStrideBlocks'
>;

/**
 * Options of a mount: the kernel's defaults, then those of the superblock, then `list` (`commit=300,nodelalloc`), as
 * ext4_set_def_opts(), parse_apply_sb_mount_options() and __ext4_fill_super() of fs/ext4/super.c combine them.
 * `nolockForSmallBlocks`: whether dioread_nolock is the default for blocks smaller than a page, too.
 * Throws {@link MountRefused} for combinations that the kernel refuses.
 */
export function mountOptions(
  superblock: StoredOptions,
  geometry: Geometry,
  pageSizeBytes: number,
  list: string,
  nolockForSmallBlocks = true,
): MountOptions {
  const stored = asked(superblock.mountOptions, nothingAsked());
  const wanted = asked(list, { ...stored });
  const { hasJournal } = geometry.features;
  const storedData = stored.data ?? dataModeOf(superblock.defaultMountOptions);
  const dataMode = wanted.data ?? storedData;
  if (!hasJournal) refuseJournalOptions(wanted, storedData);
  const journalsData = dataMode === 'journal';
  if (journalsData && wanted.delayed === true) throw new MountRefused('data=journal excludes delalloc');
  if (hasJournal && wanted.asyncCommit && (dataMode ?? 'ordered') === 'ordered') {
    throw new MountRefused('journal_async_commit excludes data=ordered');
  }
  const delayed = wanted.delayed ?? !(superblock.defaultMountOptions & defaults.noDelayed);
  const nolock =
    wanted.dioreadNolock ??
    (nolockForSmallBlocks
      ? geometry.blockSizeBytes <= pageSizeBytes
      : geometry.blockSizeBytes === pageSizeBytes);
  return {
    delayedAllocation: delayed && !journalsData,
    dataMode: hasJournal ? (dataMode ?? 'ordered') : 'writeback',
    dioreadNolock: nolock && !journalsData,
    stripeBlocks: stripeOf(superblock, geometry, wanted.stripe),
    optimizeScan: wanted.optimizeScan,
    noAutoDelayedAllocation: !wanted.autoDelayed,
  };
}

function nothingAsked(): Asked {
  return {
    delayed: null,
    data: null,
    dioreadNolock: null,
    stripe: 0,
    optimizeScan: 'auto',
    autoDelayed: true,
    commitSeconds: commitIntervalSeconds,
    journalChecksum: false,
    asyncCommit: false,
  };
}

/** EXT4_DEFM_JMODE */
function dataModeOf(bits: number): DataMode | null {
  switch (bits & defaults.journalMode) {
    case defaults.data:
      return 'journal';
    case defaults.ordered:
      return 'ordered';
    case defaults.writeback:
      return 'writeback';
    default:
      return null;
  }
}

/** ext4_has_journal_option(): without a journal, none of its options may be given. */
function refuseJournalOptions(wanted: Asked, storedData: DataMode | null): void {
  const refused =
    (wanted.asyncCommit && 'journal_async_commit') ||
    (wanted.journalChecksum && 'journal_checksum') ||
    (wanted.commitSeconds !== commitIntervalSeconds && 'commit=') ||
    (wanted.data !== null && wanted.data !== storedData && 'data=');
  if (refused) throw new MountRefused(`the filesystem has no journal: ${refused} cannot be given`);
}

/** ext4_get_stripe_size() and ext4_is_stripe_incompatible(); in blocks, 0 for none. */
function stripeOf(superblock: StoredOptions, geometry: Geometry, wanted: number): number {
  const candidates = [wanted, superblock.raidStripeWidthBlocks, superblock.raidStrideBlocks];
  const stripe = candidates.find((blocks) => blocks > 0 && blocks <= geometry.blocksPerGroup) ?? 0;
  return stripe <= 1 || stripe % geometry.clusterRatio !== 0 ? 0 : stripe;
}

/** Applies a list of options, the last one of a kind winning. What changes no allocation is passed over. */
function asked(list: string, into: Asked): Asked {
  for (const item of list.split(',')) {
    const [name = '', value] = item.split('=');
    take(into, name, value);
  }
  return into;
}

function take(into: Asked, name: string, value: string | undefined): void {
  const number = Number(value);
  if (number > 2 ** 32 - 1) throw new MountRefused(`${name}=${value} is more than the option takes`);
  switch (name) {
    case 'delalloc':
    case 'nodelalloc':
      into.delayed = name === 'delalloc';
      return;
    case 'data':
      into.data = value as DataMode;
      return;
    case 'dioread_nolock':
    case 'dioread_lock':
    case 'nodioread_nolock':
      into.dioreadNolock = name === 'dioread_nolock';
      return;
    case 'stripe':
      into.stripe = number;
      return;
    case 'mb_optimize_scan':
      into.optimizeScan = number === 1;
      return;
    case 'inode_readahead_blks':
      checkReadahead(number);
      return;
    case 'noauto_da_alloc':
      into.autoDelayed = false;
      return;
    case 'auto_da_alloc':
      into.autoDelayed = value === undefined || number !== 0;
      return;
    case 'max_dir_size_kb':
      if (number > 0) throw new NotModelled('the mount option max_dir_size_kb');
      return;
    case 'commit':
      if (number > commitSecondsMost) throw new MountRefused(`commit=${value} is more than the option takes`);
      into.commitSeconds = number === 0 ? commitIntervalSeconds : number;
      return;
    case 'journal_checksum':
      into.journalChecksum = true;
      return;
    case 'journal_async_commit':
      into.asyncCommit = true;
  }
}

function checkReadahead(blocks: number): void {
  if (blocks !== 0 && (blocks > 2 ** 30 || !Number.isInteger(Math.log2(blocks)))) {
    throw new MountRefused('inode_readahead_blks must be 0 or a power of 2 smaller than 2^31');
  }
}
