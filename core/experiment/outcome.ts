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
}

export interface StepRecord {
  readonly op: string;
  /** The system call's return value, or -1 together with `errno`. */
  readonly result: number;
  readonly errno?: ErrnoName;
  /** The layout that a `layout` step read. */
  readonly extents?: readonly Extent[] | null;
}

export type FileLayout =
  { readonly extents: readonly Extent[] | null; readonly inline?: true } | { readonly errno: ErrnoName };

/** A run of blocks of one file, in filesystem blocks. */
export interface Extent {
  readonly logical: number;
  readonly physical: number;
  readonly length: number;
  readonly state: ExtentState;
}

export type ExtentState = 'written' | 'unwritten';
