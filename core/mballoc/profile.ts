import type { DataBehaviour } from '../vfs/data/behaviour.ts';
import type { DirectWriteBehaviour } from '../vfs/data/direct-behaviour.ts';
import type { Machine } from '../vfs/filesystem.ts';
import type { MappingBehaviour } from '../vfs/mapping/index.ts';
import type { DirectoryBehaviour } from '../vfs/namespace/directory/behaviour.ts';
import type { AllocationContext } from './context.ts';
import type { GroupIndex } from './group-index.ts';
import type { Mballoc } from './mballoc.ts';
import type { AllocationRequest } from './request.ts';

/**
 * One kernel line as a set of behaviours (docs/kernels.md), of the allocator and of the rooms above it. A new line is a new
 * combination; code never asks for a version.
 */
export interface KernelProfile {
  readonly name: string;
  /** The first release that behaves so: it and what comes after it, up to the next profile. */
  readonly since: Release;
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
  readonly mapping: MappingBehaviour;
  readonly data: DataBehaviour;
  readonly directories: DirectoryBehaviour;
}

/** A release of the kernel: 6, 12, 94. */
export type Release = readonly [major: number, minor: number, patch: number];

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
  /** Which of its kinds it is. */
  readonly variant: string;
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
