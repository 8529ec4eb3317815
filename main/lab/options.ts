import type { BuddyState } from '../../core/experiment/plan.ts';
import type { FilesystemKind } from './filesystem.ts';

/**
 * The options that a plan's filesystem is really mounted with (docs/plan-format.md): freed blocks come back only at a
 * journal commit, so the periodic one must not fall into the plan; and cold buddies must not be prefetched.
 */
export function effectiveMountOptions(
  asked: string,
  { fs, hasJournal }: FilesystemKind,
  buddies: BuddyState,
): string {
  const options = asked === '' ? [] : asked.split(',');
  if (fs !== 'ext4') return options.join(',');
  const namesCommit = options.some((option) => option.startsWith('commit='));
  if (hasJournal && !namesCommit) options.push('commit=300');
  if (buddies === 'cold') options.push('no_prefetch_block_bitmaps');
  return options.join(',');
}
