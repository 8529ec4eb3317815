import type { BuddyState } from '../../core/experiment/plan.ts';
import type { FilesystemKind } from './filesystem.ts';

/**
 * The options that a plan's filesystem is really mounted with (docs/plan-format.md): freed blocks come back only at a
 * journal commit, so the periodic one must not fall into the plan; cold buddies must not be prefetched; and an image that
 * wants the machine to panic where it is damaged (it may come from anywhere) does not get that.
 */
export function effectiveMountOptions(
  asked: string,
  {
    fs,
    hasJournal,
    panics = false,
  }: Pick<FilesystemKind, 'fs' | 'hasJournal'> & { readonly panics?: boolean },
  buddies: BuddyState,
): string {
  const options = listOf(panics ? withoutPanic(asked, fs) : asked);
  if (fs !== 'ext4') return options.join(',');
  if (hasJournal && !names(options, 'commit')) options.push('commit=300');
  if (buddies === 'cold') options.push('no_prefetch_block_bitmaps');
  return options.join(',');
}

/**
 * Mount options with which no filesystem has the machine panic, whatever its superblock asks for (s_errors, s_mount_opts: ext4_handle_error() of
 * fs/ext4/super.c; options that are given come after the superblock's own).
 */
export function withoutPanic(asked: string, fs: FilesystemKind['fs']): string {
  const options = listOf(asked);
  if (fs === 'ext4' && !names(options, 'errors')) options.push('errors=remount-ro');
  return options.join(',');
}

function listOf(options: string): string[] {
  return options === '' ? [] : options.split(',');
}

function names(options: readonly string[], option: string): boolean {
  return options.some((given) => given.startsWith(`${option}=`));
}
