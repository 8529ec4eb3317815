import { describe, expect, it } from 'vitest';
import type { KernelEvent, TraceEvent } from '../../mballoc/index.ts';
import {
  compareDecisions,
  decisionLines,
  divergenceLines,
  kernelDecisions,
  markers,
  MirrorDecisions,
  type DecisionTrace,
  type TraceLine,
} from './index.ts';

const own = 100;
const worker = 200;

const request = (logical: number, flags = 0x20): KernelEvent => ({
  event: 'ext4_request_blocks',
  ino: 12,
  len: 4,
  logical,
  lleft: 0,
  lright: 0,
  goal: 32768,
  pleft: 0,
  pright: 0,
  flags,
});
const searched = (start: number): KernelEvent => ({
  event: 'ext4_mballoc_alloc',
  ino: 12,
  orig_logical: 0,
  orig_start: 0,
  orig_group: 1,
  orig_len: 4,
  goal_logical: 0,
  goal_start: -1,
  goal_group: 1,
  goal_len: 16,
  result_logical: 0,
  result_start: start,
  result_group: 1,
  result_len: 16,
  found: 1,
  groups: 1,
  buddy: 5,
  flags: 0x820,
  tail: 16,
  cr: 0,
});
const allocated = (block: number, len = 4): KernelEvent => {
  return { ...request(0), event: 'ext4_allocate_blocks', block, len } as KernelEvent;
};
const freed: KernelEvent = { event: 'ext4_free_blocks', ino: 12, block: 77, count: 1, flags: 7 };
const allocation = (start: number): KernelEvent[] => [request(0), searched(start), allocated(32768 + start)];

function mirror(...steps: readonly (readonly TraceEvent[])[]): DecisionTrace {
  const decisions = new MirrorDecisions(steps.length);
  for (const [index, events] of steps.entries()) {
    decisions.beginStep(index);
    events.forEach(decisions.sink);
  }
  decisions.beginStep(steps.length);
  return decisions.trace;
}

interface Spoken {
  readonly by?: number;
  readonly command?: string;
  readonly said: TraceLine['said'];
}

function kernel(...steps: readonly (readonly (KernelEvent | Spoken)[])[]) {
  const marker = (text: string): Spoken => ({ by: 1, said: { kind: 'marker', text } });
  const spoken: Spoken[] = [
    marker(markers.begin),
    ...steps.flatMap((events, index) => [
      marker(markers.step(index)),
      ...events.map((one): Spoken => ('said' in one ? one : { said: { kind: 'event', event: one } })),
    ]),
    marker(markers.layouts),
    marker(markers.end),
    { said: { kind: 'event', event: freed } },
  ];
  const lines = spoken.map(({ by = own, command = 'node', said }, clock) => {
    return { command, thread: by, clock, said };
  });
  return kernelDecisions(lines, own, steps.length, (step) => step === 1);
}

describe('decisions of both sides', () => {
  it('are the same for the same events, step by step', () => {
    const left = mirror(allocation(512), [], [freed]);
    const right = kernel(allocation(512), [], [freed]);
    expect(compareDecisions(left, right.trace)).toBeNull();
    expect(right.foreign).toEqual([]);
    expect(left.steps.map((step) => step.length)).toEqual([1, 0, 1]);
    expect(left.steps[0]?.[0]).toMatchObject({
      preallocation: 'miss',
      request: { goalFrom: 'inode', flags: ['HINT_DATA'] },
      search: { criterion: 'CR_POWER2_ALIGNED', goal: { start: null } },
      result: { physical: 33280, lengthClusters: 4, alignmentBlocks: 512 },
    });
  });

  it('part in the first decision that differs, field by field', () => {
    const divergence = compareDecisions(
      mirror([freed], allocation(512)),
      kernel([freed], allocation(528)).trace,
    );
    expect(divergence).toMatchObject({ step: 1, decision: 0, raced: false });
    expect(divergence?.fields.map(({ field }) => field)).toEqual([
      'search.taken.start',
      'result.physical',
      'result.alignmentBlocks',
    ]);
    expect(divergence && divergenceLines(divergence).slice(0, 2)).toEqual([
      'first diverging decision: step 1, decision 0',
      '  search.taken.start: predicted 512, the kernel 528',
    ]);
  });

  it('part where one side decides nothing, and where one decides in another step', () => {
    expect(compareDecisions(mirror([freed], []), kernel([], []).trace)).toMatchObject({ actual: null });
    expect(compareDecisions(mirror([], []), kernel([], [freed]).trace)).toMatchObject({ predicted: null });
    const other = compareDecisions(mirror([freed], []), kernel([], [freed]).trace);
    expect(other).toMatchObject({ step: 0, predicted: { kind: 'free' }, actual: null });
    const kind = compareDecisions(mirror([freed]), kernel(allocation(512)).trace);
    expect(kind?.fields).toEqual([{ field: 'kind', predicted: 'free', actual: 'allocation' }]);
  });

  it('of a worker in the background may come late, but not too early and not unforeseen', () => {
    const byWorker: Spoken = { by: worker, command: 'kworker/1:2', said: { kind: 'event', event: freed } };
    expect(compareDecisions(mirror([freed], [freed]), kernel([freed], [byWorker]).trace)).toBeNull();
    expect(compareDecisions(mirror([freed], [], []), kernel([], [], [byWorker]).trace)).toBeNull();
    expect(compareDecisions(mirror([], [freed]), kernel([byWorker], []).trace)).toMatchObject({ step: 1 });
    expect(compareDecisions(mirror([]), kernel([byWorker]).trace)).toMatchObject({ predicted: null });
    const raced = compareDecisions(
      mirror([...allocation(512), freed]),
      kernel([byWorker, ...allocation(528)]).trace,
    );
    expect(raced).toMatchObject({ raced: true, decision: 0 });
  });

  it('end with ENOSPC where nothing can be claimed, and where nothing is found', () => {
    const [unclaimed, missed] =
      mirror([
        request(8),
        { event: 'claim', clusters: 4, granted: false },
        request(8),
        { event: 'ext4_mb_discard_preallocations', needed: 4 },
        { event: 'ext4_mb_release_group_pa', pa_pstart: 900, pa_len: 12 },
        { ...searched(0), result_len: 0 } as KernelEvent,
        allocated(0, 0),
      ]).steps[0] ?? [];
    expect(unclaimed).toMatchObject({ preallocation: null, search: null, result: null });
    expect(unclaimed).toMatchObject({ reasons: { refusedClaims: [4] } });
    expect(missed).toMatchObject({
      result: null,
      discardRounds: 1,
      discarded: [{ from: 'small-files', physical: 900, lengthClusters: 12 }],
    });
  });

  it('pass over parts whose request was lost', () => {
    const kept: KernelEvent = {
      event: 'ext4_mb_new_inode_pa',
      ino: 12,
      pa_pstart: 1,
      pa_lstart: 0,
      pa_len: 4,
    };
    expect(mirror([kept, searched(512), allocated(33280), freed]).steps[0]).toMatchObject([{ kind: 'free' }]);
  });

  it('leave out files that have nothing to give back', () => {
    const nothing: KernelEvent = { event: 'ext4_discard_preallocations', ino: 12, len: 0 };
    const one: KernelEvent = { event: 'ext4_discard_preallocations', ino: 12, len: 1 };
    const release: KernelEvent = { event: 'ext4_mb_release_inode_pa', ino: 12, block: 40, count: 8 };
    const released = [{ from: 'file', physical: 40, lengthClusters: 8 }];
    expect(mirror([nothing, one, release, nothing]).steps[0]).toEqual([
      { kind: 'discard', ino: 12, spaces: 1, released },
    ]);
  });
});

describe('who else writes', () => {
  const writeback = (by: number, command: string, pages = 3): Spoken => {
    return { by, command, said: { kind: 'writeback', ino: 12, pages } };
  };
  const foreign = [{ command: 'kworker/u4:0', thread: worker, step: 0 }];

  it('is told when it is neither the plan nor its journal', () => {
    expect(kernel([writeback(own, 'node'), writeback(5, 'jbd2/loop0-8')]).foreign).toEqual([]);
    expect(kernel([writeback(worker, 'kworker/u4:0', 0)]).foreign).toEqual([]);
    expect(kernel([writeback(worker, 'kworker/u4:0')]).foreign).toEqual(foreign);
  });

  it('may write in a step that asks it to, but not allocate for data', () => {
    const data: Spoken = { by: worker, said: { kind: 'event', event: request(0) } };
    expect(kernel([], [writeback(worker, 'kworker/u4:0')]).foreign).toEqual([]);
    expect(kernel([], [data]).foreign).toMatchObject([{ step: 1 }]);
  });
});

describe('a decision for a person', () => {
  it('says what was decided and why', () => {
    const group = (verdict: 'unsuitable' | 'searched' | 'taken', at: number): TraceEvent => {
      return { event: 'group', group: at, cr: 0, verdict };
    };
    const [decision] =
      mirror([
        request(0),
        { event: 'normalised', rule: 'predicted-size', logical: 0, length: 16 },
        { event: 'goal', source: 'stream', group: 1, start: -1 },
        { event: 'criterion', cr: 0, goal_group: 1, goal_len: 16 },
        ...[0, 1, 2].map((at) => group('unsuitable', at)),
        group('searched', 3),
        group('taken', 3),
        { event: 'ext4_mb_new_inode_pa', ino: 12, pa_pstart: 33280, pa_lstart: 0, pa_len: 16 },
        searched(512),
        allocated(33280),
      ]).steps[0] ?? [];
    expect(decision && decisionLines(decision)).toEqual([
      'allocate 4 blocks for inode 12 at logical 0: 33280..33283, aligned to 512 blocks',
      "  goal            32768, the inode's own place",
      '  hints           HINT_DATA',
      '  preallocation   none fits',
      "  normalised      16 blocks at logical 0 (from the file's likely size)",
      '  searches        from group 1 on (where the last large file ended)',
      '  pass            CR_POWER2_ALIGNED for 16: groups 0..2 unsuitable; group 3 taken',
      '  takes           16 blocks at group 1, block 512 (CR_POWER2_ALIGNED)',
      '  examined        1 group, 1 free extent',
      '  splits          a buddy of order 5, 16 left',
      '  preallocates    33280..33295 for logical 0 of the file',
    ]);
    expect(decision && decisionLines(decision, 4)[0]).toBe(
      'allocate 4 clusters for inode 12 at logical 0: 33280..33295, aligned to 512 blocks',
    );
  });
});
