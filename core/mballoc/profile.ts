import type { DirectWriteBehaviour } from '../vfs/data/direct-behaviour.ts';
import type { Machine } from '../vfs/filesystem.ts';
import type { AllocationContext } from './context.ts';
import type { GroupIndex } from './group-index.ts';
import { listSearch } from './list-search.ts';
import type { Mballoc } from './mballoc.ts';
import { normaliseRequest } from './normalise.ts';
import type { AllocationRequest } from './request.ts';
import { xarraySearch } from './xarray-search.ts';

/**
 * One kernel line's allocator as a set of behaviours. A new line is a new combination; code never asks for a version.
 */
export interface KernelProfile {
  readonly name: string;
  /** How many stream goals the mount keeps, and so which inodes share one. */
  readonly streamGoals: StreamGoals;
  /** In which order groups are searched, and what is kept to find them. */
  readonly groupSearch: GroupSearch;
  /** How a request grows to what is looked for. */
  readonly normalisation: Normalisation;
  /** Where no free stripe is aligned, a group is searched for unaligned ones, too (since 6.8). */
  readonly stripeFallsBack: boolean;
  /**
   * Where less was found than the goal wanted, and it would fit at the goal's beginning: whether it must cover the request to its
   * end there (since 6.8.1), or only where the request begins, which leaves a part of it to another allocation.
   */
  readonly coversRequestEnd: boolean;
  /** Whether the page cache of ext4 knows folios of more than a page (since 6.16). */
  readonly largeFolios: boolean;
  /** Whether dioread_nolock is the default for blocks smaller than a page, too (6.12 does, 6.8 does not). */
  readonly nolockForSmallBlocks: boolean;
  readonly directWrites: DirectWriteBehaviour;
}

/** How many stream goals a mount keeps (s_mb_nr_global_goals); an inode uses the slot of its number modulo them. */
export interface StreamGoals {
  readonly id: 'one' | 'per-cpu-slots';
  slots(machine: Machine, groupCount: number): number;
  /**
   * s_mb_last_start: whether the place inside the group is kept, too. It then replaces the goal's, which matters where a search
   * that failed is repeated and tries the goal once more.
   */
  readonly keepsStart: boolean;
}

/** A way to search groups: it makes a searcher for each mount. */
export interface GroupSearch {
  readonly id: 'lists' | 'xarrays';
  createSearcher(groupCount: number, orders: number): GroupSearcher;
}

/** The search of one mount: it keeps its index of the groups and walks them for an allocation. */
export interface GroupSearcher extends GroupIndex {
  /** ext4_mb_scan_groups(): one pass at the context's criterion; moves the criterion on where nothing was found. */
  scanGroups(mballoc: Mballoc, context: AllocationContext): void;
}

interface Normalisation {
  readonly id: 'predicted-size';
  normalise(mballoc: Mballoc, context: AllocationContext, request: AllocationRequest): void;
}

/** s_mb_nr_global_goals since 6.17: one slot per possible CPU, at most one for four groups (ext4_mb_init()). */
export const perCpuStreamGoals: StreamGoals = {
  id: 'per-cpu-slots',
  slots: (machine, groupCount) => Math.min(machine.possibleCpus, Math.ceil(groupCount / 4)),
  keepsStart: false,
};

/** s_mb_last_group and s_mb_last_start up to 6.16: all files' streams follow one another. */
export const oneStreamGoal: StreamGoals = { id: 'one', slots: () => 1, keepsStart: true };

/**
 * Linux 6.18: fs/ext4/mballoc.c as of 6.18.35. The first releases searched for files without extents linearly
 * (`xarraySearch('extent-files')`).
 */
export const linux618: KernelProfile = {
  name: 'linux-6.18',
  streamGoals: perCpuStreamGoals,
  groupSearch: xarraySearch('all-files'),
  normalisation: { id: 'predicted-size', normalise: normaliseRequest },
  stripeFallsBack: true,
  coversRequestEnd: true,
  largeFolios: true,
  nolockForSmallBlocks: true,
  directWrites: { atomicWrites: 'one-extent', lookupShortens: false, checksBuffersFirst: false },
};

/** Linux 6.7, which the RFC was written for: no RWF_ATOMIC on any file. */
export const linux67: KernelProfile = {
  name: 'linux-6.7',
  streamGoals: oneStreamGoal,
  groupSearch: listSearch,
  normalisation: { id: 'predicted-size', normalise: normaliseRequest },
  stripeFallsBack: false,
  coversRequestEnd: false,
  largeFolios: false,
  nolockForSmallBlocks: false,
  directWrites: { atomicWrites: 'none', lookupShortens: true, checksBuffersFirst: true },
};

/**
 * Linux 6.7 with patches 1 to 4 and 6 of "ext4: Allocator changes for atomic write support with DIO" (Ojaswin Mujoo,
 * 30 November 2023). Everything else of it hangs on {@link hints}.aligned, which these direct writes alone set.
 */
export const rfc202311: KernelProfile = {
  ...linux67,
  name: 'rfc-2023-11',
  directWrites: { atomicWrites: 'aligned', lookupShortens: true, checksBuffersFirst: true },
};

/** Every kernel line that is modelled, oldest first. */
export const profiles: readonly KernelProfile[] = [linux67, rfc202311, linux618];
