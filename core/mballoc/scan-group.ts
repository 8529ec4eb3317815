import type { AllocationContext } from './context.ts';
import type { Mballoc } from './mballoc.ts';
import { mightPrefetch } from './prefetch.ts';
import { scanInside } from './scan.ts';
import { isSuitable, isWorthLoading } from './suitable.ts';

/**
 * ext4_mb_scan_group(): considers one group and searches it when it is worth it. The kernel passes over groups that
 * another CPU holds locked; a plan's calls come from one thread, so none is.
 */
export function scanGroup(mballoc: Mballoc, context: AllocationContext, group: number): void {
  mightPrefetch(mballoc, context, group);
  if (!isWorthLoading(mballoc, context, group)) {
    mballoc.trace?.({
      event: 'group',
      group,
      cr: context.criterion,
      verdict: mballoc.groups.needsInit(group) ? 'not-initialised' : 'unsuitable',
    });
    return;
  }
  mballoc.groups.load(group);
  if (!isSuitable(mballoc, context, group)) return;
  mballoc.trace?.({ event: 'group', group, cr: context.criterion, verdict: 'searched' });
  scanInside(mballoc, context, group);
}
