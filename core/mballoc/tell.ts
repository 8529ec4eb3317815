import type { AllocationContext } from './context.ts';
import type { Mballoc } from './mballoc.ts';
import type { AllocationRequest } from './request.ts';
import type { RequestEvent, TraceSink } from './trace.ts';

/** trace_ext4_request_blocks(). `clusters` is the request's length as the kernel has it. */
export function requested(trace: TraceSink, request: AllocationRequest, clusters: number): void {
  trace({ event: 'ext4_request_blocks', ...requestFields(request, clusters) });
}

/** The events at the end of ext4_mb_new_blocks(). */
export function finished(
  mballoc: Mballoc,
  trace: TraceSink,
  context: AllocationContext,
  request: AllocationRequest,
  searched: boolean,
): void {
  const { best } = context;
  if (searched) traceSearched(trace, context);
  else traceServed(trace, context);
  trace({
    event: 'ext4_allocate_blocks',
    ...requestFields(request, best.length),
    block: best.length === 0 ? 0 : mballoc.layout.blockAt(best.group, best.start),
  });
}

function requestFields(request: AllocationRequest, clusters: number): Omit<RequestEvent, 'event'> {
  return {
    ino: request.owner.ino,
    len: clusters,
    logical: request.logical,
    lleft: request.leftLogical,
    lright: request.rightLogical,
    goal: request.goal,
    pleft: request.leftPhysical,
    pright: request.rightPhysical,
    flags: request.flags,
  };
}

/** trace_ext4_mballoc_alloc(). */
function traceSearched(trace: TraceSink, context: AllocationContext): void {
  const { original, goal, taken } = context;
  trace({
    event: 'ext4_mballoc_alloc',
    ino: context.owner.ino,
    orig_logical: original.logical,
    orig_start: original.start,
    orig_group: original.group,
    orig_len: original.length,
    goal_logical: goal.logical,
    goal_start: goal.start,
    goal_group: goal.group,
    goal_len: goal.length,
    result_logical: taken.logical,
    result_start: taken.start,
    result_group: taken.group,
    result_len: taken.length,
    found: context.extentsFound & 0xffff,
    groups: context.groupsScanned & 0xffff,
    buddy: context.buddy,
    flags: context.flags & 0xffff,
    tail: context.tail,
    cr: context.criterion,
  });
}

/** trace_ext4_mballoc_prealloc(). */
function traceServed(trace: TraceSink, context: AllocationContext): void {
  const { original, best } = context;
  trace({
    event: 'ext4_mballoc_prealloc',
    ino: context.owner.ino,
    orig_logical: original.logical,
    orig_start: original.start,
    orig_group: original.group,
    orig_len: original.length,
    result_logical: best.logical,
    result_start: best.start,
    result_group: best.group,
    result_len: best.length,
  });
}
