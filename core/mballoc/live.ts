import { assert } from '../assert.ts';
import { markUsed } from './buddy.ts';
import type { Mballoc } from './mballoc.ts';
import { Preallocation } from './preallocation/space.ts';

/**
 * What the memory of a mount that has been in use knows and the disk does not, as far as it decides where blocks go.
 * Buddies are not in it: they follow from the bitmaps and from what is held.
 */
export interface LiveState {
  /** s_mb_last_groups: the group of the last stream allocation, slot by slot. */
  readonly streamGroups: readonly number[];
  /** Clusters that are free on disk and taken in the buddies. */
  readonly held: readonly HeldClusters[];
}

export interface HeldClusters {
  readonly group: number;
  /** First cluster within the group. */
  readonly start: number;
  readonly length: number;
  /** Whether small files of the plan's CPU may use them: preallocated for its locality group, or for somebody else. */
  readonly by: 'locality-group' | 'others';
}

/** What became of held clusters. */
export type HeldFate = 'untouched' | 'used' | 'discarded';

/**
 * Brings the allocator of a mount that was just made into the state of one that has been in use. Returns a function that
 * tells what became of each of the held ranges since.
 */
export function assumeLive(mballoc: Mballoc, state: LiveState): () => HeldFate[] {
  const { streamGroups, groups, groupLists, locality, layout } = mballoc;
  assert(state.streamGroups.length === streamGroups.length, 'there is a stream goal for each slot');
  streamGroups.set(state.streamGroups);
  const spaces = state.held.map(({ group, start, length, by }) => {
    markUsed(groups, group, start, length, { tail: 0, buddy: 0 });
    const physical = layout.blockAt(group, start);
    const space = new Preallocation(
      'group',
      null,
      { group, cluster: start, physical, logical: physical },
      length,
    );
    space.inUse = false;
    groupLists.add(space);
    if (by === 'locality-group') locality.add(space);
    return { space, length };
  });
  return () => spaces.map(({ space, length }) => fateOf(space, length));
}

function fateOf(space: Preallocation, length: number): HeldFate {
  if (space.length !== length) return 'used';
  return space.deleted ? 'discarded' : 'untouched';
}
