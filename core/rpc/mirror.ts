import * as v from 'valibot';
import { groupColumns } from '../experiment/layers/columns.ts';
import { wholeSchema } from '../schemas.ts';
import { explanationSchema } from './decisions.ts';
import { flatExtentsSchema, flatRangesSchema, rangeStride } from './outcome.ts';
import { planTextSchema } from './plan-text.ts';
import { procedure } from './procedure.ts';
import { progressSchema } from './progress.ts';
import { kernelNameSchema } from './sandbox.ts';

/**
 * What can be asked of the mirror beside its prediction: how the layout came about step by step, what the allocator
 * knows of a part of the volume at one moment, and why it decided as it did. Everything here is bounded in size.
 *
 * A moment is a number of steps: 0 is right behind the mount, n behind the n-th step, and one more than there are steps
 * is the end, when the layouts have been read (which writes delayed data).
 */

/** A file's extents become others: from the place `at` on `drop` of them go and `put` come. */
const changeSchema = v.strictObject({
  /** Place in the replay's list of files. */
  file: wholeSchema,
  /** Whether the file is there from now on. */
  there: v.boolean(),
  at: wholeSchema,
  drop: wholeSchema,
  put: flatExtentsSchema,
});

export const replaySchema = v.strictObject({
  files: v.array(v.string()),
  /** What changed until each moment, from moment 0 on, since the one before it. */
  moments: v.array(v.array(changeSchema)),
  /** Moments behind those that would have been too much to tell. */
  untold: wholeSchema,
});

/** Pieces of the volume that a layer can be asked for at once, and cells that they may be told in. */
const layerRangesMax = 64;
export const layerCellsMax = 8192;
export const layerItemsMax = 8192;

const layersInputSchema = v.pipe(
  v.strictObject({
    text: planTextSchema,
    kernel: v.optional(kernelNameSchema),
    moment: wholeSchema,
    /** The blocks that are looked at. */
    ranges: v.pipe(
      flatRangesSchema,
      v.check((flat) => flat.length / rangeStride <= layerRangesMax, `at most ${layerRangesMax} ranges`),
    ),
    /** What is smaller than so many blocks may be told together. */
    grainBlocks: v.pipe(wholeSchema, v.minValue(1)),
  }),
  v.check(
    ({ ranges, grainBlocks }) => lengthOf(ranges) / grainBlocks <= layerCellsMax,
    `at most ${layerCellsMax} grains at once`,
  ),
);

function lengthOf(flat: readonly number[]): number {
  return flat.reduce((sum, value, index) => sum + (index % rangeStride === 1 ? value : 0), 0);
}

/** Numbers for each cell: first block, length, and how much of it is free. */
const cellStride = 3;

function isFlatCells(value: unknown): boolean {
  if (!Array.isArray(value) || value.length % cellStride !== 0) return false;
  let end = 0;
  for (let i = 0; i < value.length; i += cellStride) {
    const [first, length, free] = value.slice(i, i + cellStride) as unknown[];
    if (![first, length, free].every((part) => Number.isSafeInteger(part))) return false;
    if ((first as number) < end || (free as number) <= 0 || (free as number) > (length as number))
      return false;
    end = (first as number) + (length as number);
  }
  return true;
}

const flatCellsSchema = v.custom<readonly number[]>(isFlatCells, 'must be a flat list of cells');

function isFlatGroups(value: unknown): boolean {
  if (!Array.isArray(value) || value.length % groupColumns.length !== 0) return false;
  return value.every((one) => Number.isSafeInteger(one) && (one as number) >= 0);
}

const flatGroupsSchema = v.custom<readonly number[]>(isFlatGroups, 'must be a flat list of groups');

const preallocationSchema = v.strictObject({
  /** For one file, or for the next small files of a CPU (its locality group). */
  for: v.picklist(['file', 'small-files']),
  /** The plan's name of the file; empty where it has none. */
  file: v.string(),
  ino: wholeSchema,
  /** First logical block; null for small files. */
  logical: v.nullable(wholeSchema),
  /** What of it is still unused. */
  physical: wholeSchema,
  length: wholeSchema,
});

const layersSchema = v.strictObject({
  /** Free space on disk before the plan. */
  before: flatCellsSchema,
  /** What the allocator counts as free at the moment: what is preallocated or waits for a commit is not. */
  after: flatCellsSchema,
  /** Freed, and not to be had before the journal commits. */
  waiting: flatCellsSchema,
  /**
   * Free buddies, of at least two grains where a grain is more than a block: first block and order, two numbers for each.
   */
  buddies: v.array(wholeSchema),
  preallocations: v.array(preallocationSchema),
  /** The groups that were looked at, each as a whole: numbers in the order of `groupColumns`. */
  groups: flatGroupsSchema,
  /** Buddies, preallocations and groups that were too many to tell. */
  untold: wholeSchema,
});

export const mirrorProcedures = {
  /** What the allocator knows of a part of the volume at one moment of the plan. The plan is predicted for it once more. */
  'plan.layers': procedure({ input: layersInputSchema, output: layersSchema, event: progressSchema }),
  /** Why the allocator decides as it does; all of the plan, or what led to one moment. */
  'plan.explain': procedure({
    input: v.strictObject({
      text: planTextSchema,
      kernel: v.optional(kernelNameSchema),
      moment: v.nullable(wholeSchema),
    }),
    output: explanationSchema,
    event: progressSchema,
  }),
} as const;

export type Replay = v.InferOutput<typeof replaySchema>;
export type ReplayChange = v.InferOutput<typeof changeSchema>;
export type LayersRequest = v.InferOutput<typeof layersInputSchema>;
export type WireLayers = v.InferOutput<typeof layersSchema>;
export type WirePreallocation = v.InferOutput<typeof preallocationSchema>;
