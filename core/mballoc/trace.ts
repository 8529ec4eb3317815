/**
 * What the allocator tells about its decisions. Events named `ext4_…` have the name, the moment and the fields of the
 * kernel's tracepoints (include/trace/events/ext4.h), less the device, so that a recorded kernel trace lies beside
 * ours event by event. Lengths are in clusters where the kernel's are. The other events are reasons that the kernel
 * keeps to itself.
 */
export type TraceEvent = KernelEvent | ReasonEvent;

export type KernelEvent =
  | RequestEvent
  | AllocatedEvent
  | SearchedEvent
  | PreallocatedEvent
  | NewPreallocationEvent
  | {
      readonly event: 'ext4_mb_release_inode_pa';
      readonly ino: number;
      readonly block: number;
      readonly count: number;
    }
  | { readonly event: 'ext4_mb_release_group_pa'; readonly pa_pstart: number; readonly pa_len: number }
  | ({ readonly event: 'ext4_mballoc_discard'; readonly ino: number } & GroupRange)
  | ({ readonly event: 'ext4_mballoc_free'; readonly ino: number } & GroupRange)
  | { readonly event: 'ext4_discard_preallocations'; readonly ino: number; readonly len: number }
  | { readonly event: 'ext4_mb_discard_preallocations'; readonly needed: number }
  | {
      readonly event: 'ext4_free_blocks';
      readonly ino: number;
      readonly block: number;
      readonly count: number;
      readonly flags: number;
    };

interface GroupRange {
  readonly result_group: number;
  readonly result_start: number;
  readonly result_len: number;
}

export interface RequestEvent {
  readonly event: 'ext4_request_blocks';
  readonly ino: number;
  readonly len: number;
  readonly logical: number;
  readonly lleft: number;
  readonly lright: number;
  readonly goal: number;
  readonly pleft: number;
  readonly pright: number;
  readonly flags: number;
}

interface AllocatedEvent extends Omit<RequestEvent, 'event'> {
  readonly event: 'ext4_allocate_blocks';
  readonly block: number;
}

/** Group, start and length of an extent in the trace of one allocation. */
interface OriginalExtent {
  readonly orig_logical: number;
  readonly orig_start: number;
  readonly orig_group: number;
  readonly orig_len: number;
}

interface ResultExtent extends GroupRange {
  readonly result_logical: number;
}

/** The request went to the buddies. */
interface SearchedEvent extends OriginalExtent, ResultExtent {
  readonly event: 'ext4_mballoc_alloc';
  readonly ino: number;
  readonly goal_logical: number;
  readonly goal_start: number;
  readonly goal_group: number;
  readonly goal_len: number;
  readonly found: number;
  readonly groups: number;
  readonly buddy: number;
  readonly flags: number;
  readonly tail: number;
  readonly cr: number;
}

/** A preallocation served the request. */
interface PreallocatedEvent extends OriginalExtent, ResultExtent {
  readonly event: 'ext4_mballoc_prealloc';
  readonly ino: number;
}

interface NewPreallocationEvent {
  readonly event: 'ext4_mb_new_inode_pa' | 'ext4_mb_new_group_pa';
  readonly ino: number;
  readonly pa_pstart: number;
  readonly pa_lstart: number;
  readonly pa_len: number;
}

type ReasonEvent =
  | {
      readonly event: 'normalised';
      /** Which rule gave the goal's length and place. */
      readonly rule: 'locality-group' | 'predicted-size';
      readonly logical: number;
      readonly length: number;
    }
  | { readonly event: 'goal'; readonly source: GoalSource; readonly group: number; readonly start: number }
  | {
      readonly event: 'goal-tried';
      readonly group: number;
      readonly start: number;
      readonly length: number;
      readonly taken: boolean;
    }
  | {
      readonly event: 'criterion';
      readonly cr: number;
      readonly goal_group: number;
      readonly goal_len: number;
    }
  | { readonly event: 'group'; readonly group: number; readonly cr: number; readonly verdict: GroupVerdict }
  | { readonly event: 'claim'; readonly clusters: number; readonly granted: boolean };

type GoalSource = 'request' | 'left-neighbour' | 'right-neighbour' | 'stream';

type GroupVerdict = 'unsuitable' | 'not-initialised' | 'searched' | 'taken';

/** Takes the events in their order; must not call the allocator. */
export type TraceSink = (event: TraceEvent) => void;
