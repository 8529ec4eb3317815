import { criteria } from './criteria.ts';
import type { Preallocation } from './preallocation/space.ts';
import type { AllocationOwner } from './request.ts';

/** struct ext4_free_extent: start and length in clusters, logical in blocks. */
class FreeExtent {
  logical = 0;
  group = 0;
  start = 0;
  length = 0;

  set(logical: number, group: number, start: number, length: number): void {
    this.logical = logical;
    this.group = group;
    this.start = start;
    this.length = length;
  }

  copy(other: FreeExtent): void {
    this.set(other.logical, other.group, other.start, other.length);
  }
}

/** ac_status. */
export type ScanStatus = 'continue' | 'found' | 'break';

/** One allocation under way (struct ext4_allocation_context). The allocator keeps one and fills it anew for each request. */
export class AllocationContext {
  owner: AllocationOwner;
  /** ac_o_ex: what was asked for. */
  readonly original = new FreeExtent();
  /** ac_g_ex: what the search looks for, after normalisation. */
  readonly goal = new FreeExtent();
  /** ac_b_ex: the best found so far; in the end the answer. */
  readonly best = new FreeExtent();
  /** ac_f_ex: what was taken from the buddy, before a preallocation kept a part of it. */
  readonly taken = new FreeExtent();
  /** ac_orig_goal_len: the goal's length before CR_BEST_AVAIL_LEN trims it. */
  goalLength = 0;
  /** ac_flags: hints of the request and those that were added on the way. */
  flags = 0;
  status: ScanStatus = 'continue';
  criterion: number = criteria.power2Aligned;
  /** ac_2order: the order to search for when the goal is a power of two; 0 otherwise. */
  order = 0;
  /** ac_found: extents measured. */
  extentsFound = 0;
  groupsScanned = 0;
  /** ac_tail and ac_buddy, for the tracepoint. */
  tail = 0;
  buddy = 0;
  prefetchGroup = 0;
  prefetchCount = 0;
  prefetchReads = 0;
  /** ac_lg: whether the small files' preallocations are in play. */
  usesLocality = false;
  /** ac_pa: the preallocation that serves this request, found or newly made. */
  space: Preallocation | null = null;

  constructor(owner: AllocationOwner) {
    this.owner = owner;
  }

  /** kmem_cache_zalloc() of a new context. */
  reset(owner: AllocationOwner): void {
    this.owner = owner;
    this.taken.set(0, 0, 0, 0);
    this.status = 'continue';
    this.criterion = criteria.power2Aligned;
    this.order = 0;
    this.extentsFound = 0;
    this.groupsScanned = 0;
    this.tail = 0;
    this.buddy = 0;
    this.prefetchGroup = 0;
    this.prefetchCount = 0;
    this.prefetchReads = 0;
    this.usesLocality = false;
    this.space = null;
  }
}
