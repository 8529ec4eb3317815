import type { ErrnoName } from '../errno.ts';

/**
 * What a plan did: the same type for a prediction and for a real run, so that comparing them is trivial.
 * docs/plan-format.md is the contract of its JSON.
 */
export interface Outcome {
  readonly allocator: string;
  /** False where the running kernel has no profile of its own and the nearest older one stands in. */
  readonly profileExact?: boolean;
  readonly steps: readonly StepRecord[];
  /** Null on a filesystem whose layout is analysed but not predicted (XFS). */
  readonly files: Readonly<Record<string, FileLayout>>;
  /**
   * Given for a prediction that starts from a mounted filesystem, whose memory nobody can read in full: whether all of it
   * is certain all the same.
   */
  readonly certain?: boolean;
  /** What is to be known about the parts marked as uncertain; absent where there are none. */
  readonly uncertain?: Uncertainty;
}

/** Why parts of a prediction are uncertain, and where they stay all the same. */
export interface Uncertainty {
  readonly because: readonly string[];
  /** Every extent in an uncertain part lies within these, ascending, in filesystem blocks. */
  readonly within: readonly PhysicalRange[];
}

export interface PhysicalRange {
  readonly physical: number;
  readonly length: number;
}

/** Blocks of one file, whether they are mapped or not. */
export interface LogicalRange {
  readonly logical: number;
  readonly length: number;
}

export interface StepRecord {
  readonly op: string;
  /** The system call's return value, or -1 together with `errno`. */
  readonly result: number;
  readonly errno?: ErrnoName;
  /**
   * What the kernel would print as a warning meanwhile: its place in the source, then what it means. Each once; left out where
   * there is none.
   */
  readonly warnings?: readonly string[];
  /** The kernel goes down in this step: it has no result (-1 stands here), and no step follows. */
  readonly crash?: string;
  /** The layout that a `layout` step read. */
  readonly extents?: readonly Extent[] | null;
  /** The result may be another one. */
  readonly uncertainResult?: true;
  /** Parts of `extents` that may be otherwise. */
  readonly uncertain?: readonly LogicalRange[];
}

export type FileLayout = (
  { readonly extents: readonly Extent[] | null; readonly inline?: true } | { readonly errno: ErrnoName }
) & {
  /** Parts of the file whose layout may be otherwise. */
  readonly uncertain?: readonly LogicalRange[];
};

/** A run of blocks of one file, in filesystem blocks. */
export interface Extent {
  readonly logical: number;
  readonly physical: number;
  readonly length: number;
  readonly state: ExtentState;
}

export type ExtentState = 'written' | 'unwritten';
