/**
 * What ext4's allocator decided, in one shape for the mirror and for the kernel, so that the two lie beside each other
 * decision by decision. Lengths are in clusters where they say so and in blocks elsewhere; addresses are blocks.
 */
export type Decision = (AllocationDecision | FreeDecision | DiscardDecision) & {
  /** Made by a worker of the kernel's, beside the plan's own thread. */
  readonly background?: true;
  /** Predicted for one of the states that memory may be in; another state decides otherwise, or not at all. */
  readonly uncertain?: true;
};

/** One call of ext4_mb_new_blocks(). */
export interface AllocationDecision {
  readonly kind: 'allocation';
  readonly ino: number;
  readonly request: AllocationRequestFacts;
  /** Whether a preallocation served it; null where nothing could be claimed, so that nobody looked. */
  readonly preallocation: 'hit' | 'miss' | null;
  /** What was looked for and found in the buddies; null where a preallocation served it, or nobody looked. */
  readonly search: Search | null;
  /** What was taken beyond the request and is kept for later ones. */
  readonly kept: readonly Kept[];
  /** How often all preallocations were called in because no room was found. */
  readonly discardRounds: number;
  /** Preallocations that were given back on the way: no room was left, or a list had grown too long. */
  readonly discarded: readonly Released[];
  /** Null: ENOSPC. */
  readonly result: AllocationResult | null;
  /** Why, as far as only the mirror can tell. */
  readonly reasons?: Reasons;
  /** Groups whose bitmap or buddy was read in meanwhile: the kernel's, which drops and rereads them as it likes. */
  readonly loaded?: readonly number[];
}

export interface AllocationRequestFacts {
  readonly logical: number;
  readonly lengthClusters: number;
  readonly goal: number;
  readonly goalFrom: RequestGoal;
  /** As the kernel's tracepoints name them (`HINT_DATA`). */
  readonly flags: readonly string[];
  /** The closest allocated neighbours in logical order. */
  readonly left: Neighbour | null;
  readonly right: Neighbour | null;
}

/**
 * Where the goal of a request came from: it continues the extent before it, it leads up to the extent behind it, or it
 * is a place of the inode's own: its group, or a block of its mapping (ext4_ext_find_goal(), ext4_find_goal()).
 */
export type RequestGoal = 'extent-before' | 'extent-behind' | 'inode';

export interface Neighbour {
  readonly logical: number;
  readonly physical: number;
}

/** A place in a group; start and length in clusters. The start is null for "anywhere in the group". */
export interface Place {
  readonly group: number;
  readonly start: number | null;
  readonly lengthClusters: number;
  readonly logical: number;
}

export interface Search {
  /** The request after ext4_mb_initialize_context(): in its group, cut to what could be claimed. */
  readonly request: Place;
  /** The normalised request, at the goal that the groups were searched from. */
  readonly goal: Place;
  /** What was taken from the buddy, preallocation included. Its length is 0 where nothing was found. */
  readonly taken: Place;
  /** The criterion of the last pass. */
  readonly criterion: string;
  readonly groupsExamined: number;
  readonly extentsExamined: number;
  /** Hints of the request and those that were added on the way. */
  readonly flags: readonly string[];
  /** What the first buddy that was split had left (clusters), and that buddy's order; 0 where none was. */
  readonly tail: number;
  readonly splitOrder: number;
}

export interface Kept {
  readonly for: 'file' | 'small-files';
  readonly physical: number;
  readonly logical: number;
  readonly lengthClusters: number;
}

/** A part of a preallocation that went back to its group's buddy. */
export interface Released {
  readonly from: 'file' | 'small-files';
  readonly physical: number;
  readonly lengthClusters: number;
}

export interface AllocationResult {
  readonly physical: number;
  readonly lengthClusters: number;
  /** The largest power of two that divides the address. */
  readonly alignmentBlocks: number;
}

/** One call of ext4_free_blocks(). */
export interface FreeDecision {
  readonly kind: 'free';
  readonly ino: number;
  readonly physical: number;
  readonly lengthBlocks: number;
  readonly flags: readonly string[];
  /** What it came to, group by group, once cut or widened to whole clusters. */
  readonly pieces: readonly {
    readonly group: number;
    readonly start: number;
    readonly lengthClusters: number;
  }[];
}

/**
 * A file gives its preallocations back (ext4_discard_preallocations()). Calls that find none are no decision: the
 * kernel makes one for every inode that it drops from memory.
 */
export interface DiscardDecision {
  readonly kind: 'discard';
  readonly ino: number;
  readonly spaces: number;
  readonly released: readonly Released[];
}

/** What the kernel keeps to itself. */
export interface Reasons {
  /** Clusters that could not be claimed before fewer were tried. */
  readonly refusedClaims: readonly number[];
  /** The rule that made the request larger: one length for all small files, or a guess at the file's final size. */
  readonly normalisedBy: 'locality-group' | 'predicted-size' | null;
  /** Where the goal that the groups were searched from came from. */
  readonly goalFrom: 'request' | 'left-neighbour' | 'right-neighbour' | 'stream';
  /** Whether what was free at the goal itself was taken; null where it was not looked at. */
  readonly goalTaken: boolean | null;
  /** The passes over the groups, in their order. */
  readonly passes: readonly Pass[];
}

export interface Pass {
  readonly criterion: string;
  readonly goalClusters: number;
  readonly groups: readonly GroupRun[];
}

/** Neighbouring groups with the same verdict. */
export interface GroupRun {
  readonly first: number;
  readonly count: number;
  readonly verdict: 'unsuitable' | 'not-initialised' | 'searched' | 'taken';
}

/** A plan's decisions, step by step. */
export interface DecisionTrace {
  /**
   * Made before the first step: by the mount itself, for what the last use of the filesystem left to do; on a filesystem
   * that was mounted already for the directory that the plan works in.
   */
  readonly mount: readonly Decision[];
  /** One list for each step of the plan. */
  readonly steps: readonly (readonly Decision[])[];
  /** Made while the layouts were read at the end, which writes delayed data. */
  readonly layouts: readonly Decision[];
}
