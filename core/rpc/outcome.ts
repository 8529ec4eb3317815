import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';
import { errnoNames } from '../errno.ts';

/**
 * Outcomes as they travel: files in a list, since the keys of a JSON object lose their order when they look like
 * numbers, and the extents of a layout as one flat list of numbers, since a million of them must be judged quickly.
 */

/** Numbers per extent: logical, physical, length (filesystem blocks), and 1 where unwritten. */
export const extentStride = 4;

/** In logical order and apart: what pairs and draws layouts walks along them. */
function isFlatExtents(value: unknown): boolean {
  if (!Array.isArray(value) || value.length % extentStride !== 0) return false;
  let logicalEnd = 0;
  for (let i = 0; i < value.length; i += extentStride) {
    for (let part = 0; part < 3; part++) {
      if (!Number.isSafeInteger(value[i + part]) || (value[i + part] as number) < 0) return false;
    }
    const [logical, physical, length] = [value[i], value[i + 1], value[i + 2]] as [number, number, number];
    if (logical < logicalEnd || length === 0 || (value[i + 3] !== 0 && value[i + 3] !== 1)) return false;
    logicalEnd = logical + length;
    if (!Number.isSafeInteger(logicalEnd) || !Number.isSafeInteger(physical + length)) return false;
  }
  return true;
}

/** Numbers per range: first block, length. */
export const rangeStride = 2;

function isFlatRanges(value: unknown): boolean {
  if (!Array.isArray(value) || value.length % rangeStride !== 0) return false;
  let end = 0;
  for (let i = 0; i < value.length; i += rangeStride) {
    const [first, length] = [value[i] as unknown, value[i + 1] as unknown];
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(length)) return false;
    if ((first as number) < end || (length as number) <= 0) return false;
    end = (first as number) + (length as number);
  }
  return Number.isSafeInteger(end);
}

/** Ranges of blocks, ascending and apart. */
export const flatRangesSchema = v.custom<readonly number[]>(isFlatRanges, 'must be a flat list of ranges');

export const flatExtentsSchema = v.custom<readonly number[]>(isFlatExtents, 'must be a flat list of extents');

const layoutSchema = v.strictObject({
  file: v.string(),
  /** Null where the layout is not predicted (XFS) or could not be read (`errno`). */
  extents: v.nullable(flatExtentsSchema),
  inline: v.boolean(),
  errno: v.nullable(v.picklist(errnoNames)),
  /** Logical blocks whose layout may come out otherwise. */
  uncertain: flatRangesSchema,
});

const stepSchema = v.strictObject({
  op: v.string(),
  result: v.pipe(v.number(), v.safeInteger()),
  errno: v.nullable(v.picklist(errnoNames)),
  extents: v.nullable(flatExtentsSchema),
  /** Whether the kernel may answer something else. */
  uncertain: v.boolean(),
  /** What the kernel would print meanwhile, each once. */
  warnings: v.array(v.string()),
  /** How the kernel goes down in this step, or null. */
  crash: v.nullable(v.string()),
});

const uncertaintySchema = v.strictObject({
  because: v.array(v.string()),
  /** Physical blocks: every extent in an uncertain part lies within these. */
  within: flatRangesSchema,
});

export const outcomeSchema = v.strictObject({
  allocator: v.string(),
  profileExact: v.boolean(),
  /** Null where everything is certain. */
  uncertain: v.nullable(uncertaintySchema),
  steps: v.array(stepSchema),
  files: v.array(layoutSchema),
});

/** The shape of the filesystem under a layout; all that drawing it needs. */
export const volumeSchema = v.strictObject({
  fs: v.picklist(['ext4', 'xfs']),
  blockBytes: v.pipe(wholeSchema, v.minValue(512)),
  clusterBytes: v.pipe(wholeSchema, v.minValue(512)),
  blockCount: v.pipe(wholeSchema, v.minValue(1)),
  firstBlock: wholeSchema,
  /** Blocks in a block group, or in an allocation group of XFS. */
  blocksPerGroup: v.pipe(wholeSchema, v.minValue(1)),
});

export type WireOutcome = v.InferOutput<typeof outcomeSchema>;
export type WireLayout = v.InferOutput<typeof layoutSchema>;
export type WireStep = v.InferOutput<typeof stepSchema>;
export type WireUncertainty = v.InferOutput<typeof uncertaintySchema>;
export type Volume = v.InferOutput<typeof volumeSchema>;
