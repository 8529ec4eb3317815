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
  const options = asked === '' ? [] : asked.split(',');
  if (fs !== 'ext4') return options.join(',');
  const names = (option: string): boolean => options.some((given) => given.startsWith(`${option}=`));
  if (panics && !names('errors')) options.push('errors=remount-ro');
  if (hasJournal && !names('commit')) options.push('commit=300');
  if (buddies === 'cold') options.push('no_prefetch_block_bitmaps');
  return options.join(',');
}
