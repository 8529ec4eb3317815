import { criteriaNames, type TraceEvent } from '../../mballoc/index.ts';
import type {
  AllocationDecision,
  AllocationRequestFacts,
  Decision,
  DiscardDecision,
  FreeDecision,
  Kept,
  Place,
  Released,
  RequestGoal,
  Search,
} from './decision.ts';
import { freeFlagsByName, hintsByName } from './flags.ts';
import { ReasonsBuilder } from './reasons.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type EventOf<Name extends TraceEvent['event']> = Extract<TraceEvent, { event: Name }>;

interface OpenAllocation {
  readonly decision: Mutable<AllocationDecision>;
  readonly kept: Kept[];
  readonly discarded: Released[];
  readonly loaded: number[];
  readonly reasons: ReasonsBuilder | null;
}

/** To whom what is released now belongs. */
type Receiver = { readonly released: Released[] } | null;

/**
 * Puts the events of one thread together to decisions. An allocation begins with its request and ends with its result;
 * where nothing could be claimed there is none, and whatever comes next ends it. Parts of an allocation whose request is
 * missing (it was under way when recording began, or the event was lost) are passed over.
 */
export class DecisionAssembler {
  readonly #add: (decision: Decision) => void;
  readonly #givesReasons: boolean;
  #open: OpenAllocation | null = null;
  #pieces: { group: number; start: number; lengthClusters: number }[] | null = null;
  #receiver: Receiver = null;

  /** `add` takes each decision when it begins; what follows of it is filled in later. */
  constructor(
    { isOwn, givesReasons }: { readonly isOwn: boolean; readonly givesReasons: boolean },
    add: (decision: Decision) => void,
  ) {
    this.#givesReasons = givesReasons;
    this.#add = isOwn ? add : (decision) => add(Object.assign(decision, { background: true as const }));
  }

  take(event: TraceEvent): void {
    switch (event.event) {
      case 'ext4_request_blocks':
        return this.#request(event);
      case 'ext4_mballoc_prealloc':
        if (this.#open) this.#open.decision.preallocation = 'hit';
        return;
      case 'ext4_mballoc_alloc':
        if (!this.#open) return;
        this.#open.decision.preallocation = 'miss';
        this.#open.decision.search = searchOf(event);
        return;
      case 'ext4_mb_new_inode_pa':
      case 'ext4_mb_new_group_pa':
        this.#open?.kept.push(keptOf(event));
        return;
      case 'ext4_allocate_blocks':
        return this.#finish(event);
      case 'ext4_free_blocks':
        return this.#free(event);
      case 'ext4_mballoc_free': {
        const { result_group: group, result_start: start, result_len: lengthClusters } = event;
        this.#pieces?.push({ group, start, lengthClusters });
        return;
      }
      case 'ext4_discard_preallocations':
        return this.#discard(event);
      case 'ext4_mb_release_inode_pa':
        return this.#release({ from: 'file', physical: event.block, lengthClusters: event.count });
      case 'ext4_mb_release_group_pa':
        return this.#release({
          from: 'small-files',
          physical: event.pa_pstart,
          lengthClusters: event.pa_len,
        });
      case 'ext4_mb_discard_preallocations':
        if (this.#open !== null) this.#open.decision.discardRounds++;
        return;
      case 'ext4_mballoc_discard':
        // Says in other words what the release beside it says.
        return;
      default:
        this.#open?.reasons?.take(event);
    }
  }

  /** A group was read in; told where an allocation is under way. */
  loaded(group: number): void {
    this.#open?.loaded.push(group);
  }

  #request(event: EventOf<'ext4_request_blocks'>): void {
    const kept: Kept[] = [];
    const discarded: Released[] = [];
    const loaded: number[] = [];
    const reasons = this.#givesReasons ? new ReasonsBuilder() : null;
    const decision: AllocationDecision = {
      kind: 'allocation',
      ino: event.ino,
      request: requestOf(event),
      preallocation: null,
      search: null,
      kept,
      discardRounds: 0,
      discarded,
      result: null,
      ...(reasons ? { reasons: reasons.reasons } : { loaded }),
    };
    this.#open = { decision, kept, discarded, loaded, reasons };
    this.#receiver = { released: discarded };
    this.#pieces = null;
    this.#add(decision);
  }

  #finish(event: EventOf<'ext4_allocate_blocks'>): void {
    const decision = this.#open?.decision;
    if (decision && event.len > 0) {
      const { block: physical, len: lengthClusters } = event;
      decision.result = { physical, lengthClusters, alignmentBlocks: alignmentOf(physical) };
    }
    this.#open = null;
    this.#receiver = null;
  }

  #free(event: EventOf<'ext4_free_blocks'>): void {
    const pieces: FreeDecision['pieces'][number][] = [];
    this.#open = null;
    this.#receiver = null;
    this.#pieces = pieces;
    const flags = freeFlagsByName(event.flags);
    this.#add({
      kind: 'free',
      ino: event.ino,
      physical: event.block,
      lengthBlocks: event.count,
      flags,
      pieces,
    });
  }

  #discard(event: EventOf<'ext4_discard_preallocations'>): void {
    this.#open = null;
    if (event.len > 0) this.#beginDiscard(event.ino, event.len);
    else this.#receiver = null;
  }

  #beginDiscard(ino: number, spaces: number): Released[] {
    const released: Released[] = [];
    const decision: DiscardDecision = { kind: 'discard', ino, spaces, released };
    this.#receiver = { released };
    this.#add(decision);
    return released;
  }

  #release(released: Released): void {
    (this.#receiver?.released ?? this.#beginDiscard(0, 0)).push(released);
  }
}

/** The largest power of two that divides a block's address. */
export function alignmentOf(physical: number): number {
  let alignment = 1;
  while (physical > 0 && physical % (alignment * 2) === 0) alignment *= 2;
  return alignment;
}

function requestOf(event: EventOf<'ext4_request_blocks'>): AllocationRequestFacts {
  return {
    logical: event.logical,
    lengthClusters: event.len,
    goal: event.goal,
    goalFrom: goalFrom(event),
    flags: hintsByName(event.flags),
    left: event.pleft === 0 ? null : { logical: event.lleft, physical: event.pleft },
    right: event.pright === 0 ? null : { logical: event.lright, physical: event.pright },
  };
}

function goalFrom(event: EventOf<'ext4_request_blocks'>): RequestGoal {
  const { goal, logical, lleft, pleft, lright, pright } = event;
  if (pleft !== 0 && goal - pleft === logical - lleft) return 'extent-before';
  if (pright !== 0 && pright - goal === lright - logical) return 'extent-behind';
  return 'inode';
}

function searchOf(event: EventOf<'ext4_mballoc_alloc'>): Search {
  const place = (group: number, start: number, lengthClusters: number, logical: number): Place => {
    return { group, start: start < 0 ? null : start, lengthClusters, logical };
  };
  return {
    request: place(event.orig_group, event.orig_start, event.orig_len, event.orig_logical),
    goal: place(event.goal_group, event.goal_start, event.goal_len, event.goal_logical),
    taken: place(event.result_group, event.result_start, event.result_len, event.result_logical),
    criterion: criteriaNames[event.cr] ?? String(event.cr),
    groupsExamined: event.groups,
    extentsExamined: event.found,
    flags: hintsByName(event.flags),
    tail: event.tail,
    splitOrder: event.buddy,
  };
}

function keptOf(event: EventOf<'ext4_mb_new_inode_pa' | 'ext4_mb_new_group_pa'>): Kept {
  const { pa_pstart: physical, pa_lstart: logical, pa_len: lengthClusters } = event;
  return {
    for: event.event === 'ext4_mb_new_inode_pa' ? 'file' : 'small-files',
    physical,
    logical,
    lengthClusters,
  };
}
