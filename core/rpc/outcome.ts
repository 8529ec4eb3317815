import * as v from 'valibot';
import type { Extent, FileLayout, Outcome, StepRecord } from '../experiment/outcome.ts';

/**
 * Outcomes as they travel: files in a list, since the keys of a JSON object lose their order when they look like
 * numbers, and the extents of a layout as one flat list of numbers, since a million of them must be judged quickly.
 */

/** Numbers per extent: logical, physical, length (filesystem blocks), and 1 where unwritten. */
const extentStride = 4;

function isFlatExtents(value: unknown): boolean {
  if (!Array.isArray(value) || value.length % extentStride !== 0) return false;
  for (let i = 0; i < value.length; i += extentStride) {
    for (let part = 0; part < 3; part++) {
      if (!Number.isSafeInteger(value[i + part]) || (value[i + part] as number) < 0) return false;
    }
    if (value[i + 2] === 0 || (value[i + 3] !== 0 && value[i + 3] !== 1)) return false;
  }
  return true;
}

export const flatExtentsSchema = v.custom<readonly number[]>(isFlatExtents, 'must be a flat list of extents');

const wholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const layoutSchema = v.strictObject({
  file: v.string(),
  /** Null where the layout is not predicted (XFS) or could not be read (`errno`). */
  extents: v.nullable(flatExtentsSchema),
  inline: v.boolean(),
  errno: v.nullable(v.string()),
});

const stepSchema = v.strictObject({
  op: v.string(),
  result: v.pipe(v.number(), v.safeInteger()),
  errno: v.nullable(v.string()),
  extents: v.nullable(flatExtentsSchema),
});

export const outcomeSchema = v.strictObject({
  allocator: v.string(),
  profileExact: v.boolean(),
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
export type Volume = v.InferOutput<typeof volumeSchema>;

export function outcomeToWire(outcome: Outcome): WireOutcome {
  return {
    allocator: outcome.allocator,
    profileExact: outcome.profileExact ?? true,
    steps: outcome.steps.map(stepToWire),
    files: Object.entries(outcome.files).map(([file, layout]) => layoutToWire(file, layout)),
  };
}

function stepToWire(step: StepRecord): WireStep {
  const { op, result, errno = null, extents } = step;
  return { op, result, errno, extents: extents ? extentsToWire(extents) : null };
}

function layoutToWire(file: string, layout: FileLayout): WireLayout {
  if ('errno' in layout) return { file, extents: null, inline: false, errno: layout.errno };
  const extents = layout.extents && extentsToWire(layout.extents);
  return { file, extents, inline: layout.inline === true, errno: null };
}

function extentsToWire(extents: readonly Extent[]): number[] {
  const flat: number[] = [];
  for (const { logical, physical, length, state } of extents) {
    flat.push(logical, physical, length, state === 'unwritten' ? 1 : 0);
  }
  return flat;
}
