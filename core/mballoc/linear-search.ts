import type { AllocationContext } from './context.ts';
import type { Mballoc } from './mballoc.ts';
import { scanGroup } from './scan-group.ts';

/**
 * ext4_mb_scan_groups_linear(): `count` groups one after the other from `start` on, round the end. Returns the group
 * behind the last one. A full round moves the criterion on.
 */
export function scanLinearly(
  mballoc: Mballoc,
  context: AllocationContext,
  groupCount: number,
  start: number,
  count: number,
): number {
  let group = start;
  for (let i = 0; i < count; i++) {
    scanGroup(mballoc, context, group);
    if (context.status !== 'continue') return group;
    // A file without extents may start at a group behind those that it may use.
    group = group + 1 >= groupCount ? 0 : group + 1;
  }
  if (count === groupCount) context.criterion++;
  return group;
}
