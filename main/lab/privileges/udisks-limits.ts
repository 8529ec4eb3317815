import type { BuddyState } from '../../../core/experiment/plan.ts';

/** What a plan wants of an image of its own, as far as it matters whether UDisks2 can do it. */
export interface UdisksWish {
  readonly fs: 'ext4' | 'xfs';
  /** What it is to be mounted with, the lab's own options included. */
  readonly options: string;
  /** Options that the superblock names already. */
  readonly storedOptions: string;
  readonly buddies: BuddyState;
  /** The flag that the plan asks for, and the one that a loop device inherits from the disk under the image. */
  readonly rotational: { readonly asked: boolean | undefined; readonly inherited: boolean };
  readonly trace: boolean;
  /** What else about the image stands in the way; null where nothing does. */
  readonly obstacle: string | null;
}

/** How the options of a mount get to the kernel through UDisks2. */
export interface RoutedOptions {
  /** ext4's own: in the superblock's s_mount_opts (fs/ext4/super.c, parse_apply_sb_mount_options()). */
  readonly stored: string;
  /** Those that a user may pass on to UDisks2. */
  readonly passed: readonly string[];
}

/** The superblock has 64 bytes for them, the last of which is a zero. */
const storedMost = 63;

/** UDisks2's builtin_mount_options.conf, 2.9 to 2.12: what anybody may ask for, and on XFS. */
const passedOn: ReadonlySet<string> = new Set([
  ...['noatime', 'relatime', 'strictatime', 'nodiratime', 'lazytime'],
]);
const passedOnForXfs: ReadonlySet<string> = new Set([
  ...['discard', 'nodiscard', 'inode32', 'largeio', 'wsync'],
]);
/** What is so anyway: the kernel's default, and what UDisks2 mounts every ext4 with. */
const implied: ReadonlySet<string> = new Set(['nolazytime', 'errors=remount-ro']);

/** Why UDisks2 cannot do what a plan wants, in half a sentence, or null. */
export function whyNotByUdisks(wish: UdisksWish, uid: number = process.geteuid?.() ?? 0): string | null {
  const { rotational } = wish;
  if (wish.obstacle !== null) return wish.obstacle;
  if (wish.trace) return 'tracepoints are root’s to record';
  if (rotational.asked !== undefined && rotational.asked !== rotational.inherited) {
    const [asked, here] = [rotational.asked, rotational.inherited].map((flag) => (flag ? '1' : '0'));
    return `it gives the loop device the rotational flag of the disk under it, ${here}, and the plan asks for ${asked}`;
  }
  if (wish.fs === 'ext4' && wish.buddies === 'settled')
    return 'when the buddies are settled is counted by a file of sysfs that is root’s to switch on';
  const routed = routeOptions(wish, uid);
  return typeof routed === 'string' ? routed : null;
}

/**
 * Splits the options of a mount; the reason where one of them gets there by neither way. `resuid` of the user's stands behind the
 * others: he may use the reserved blocks, as docs/plan-format.md promises, and it shows after the mount that the kernel took them all.
 */
export function routeOptions(
  { fs, options, storedOptions }: Pick<UdisksWish, 'fs' | 'options' | 'storedOptions'>,
  uid: number,
): RoutedOptions | string {
  const asked = options.split(',').filter((option) => option !== '' && !implied.has(option));
  const passed = asked.filter(
    (option) => passedOn.has(option) || (fs === 'xfs' && passedOnForXfs.has(option)),
  );
  const rest = asked.filter((option) => !passed.includes(option));
  if (fs === 'xfs') {
    const [first] = rest;
    return first === undefined ? { stored: '', passed } : `it does not pass XFS’s option ${first} on`;
  }
  const errors = rest.find((option) => option.startsWith('errors='));
  if (errors !== undefined) return `it mounts ext4 with errors=remount-ro, and the plan asks for ${errors}`;
  const stored = [storedOptions, ...rest, resuidOf(uid)].filter((part) => part !== '').join(',');
  if (stored.length > storedMost) {
    return `the mount options have to stand in the superblock, which has room for ${storedMost} characters: these are ${stored.length}`;
  }
  return { stored, passed };
}

export function resuidOf(uid: number): string {
  return `resuid=${uid}`;
}
