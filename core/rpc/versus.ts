import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';
import { errnoNames } from '../errno.ts';
import type { Outcome } from '../experiment/outcome.ts';
import type { Side, SideStep } from '../experiment/versus/index.ts';
import { flatExtentsSchema } from './outcome.ts';
import { planTextSchema } from './plan-text.ts';
import { procedure } from './procedure.ts';
import { progressSchema } from './progress.ts';
import { extentsToWire } from './wire.ts';

/** Two allocators side by side on one plan, as they travel (core/experiment/versus says what the numbers are). */

const unitsSchema = v.strictObject({
  aligned: wholeSchema,
  misaligned: wholeSchema,
  split: wholeSchema,
  missing: wholeSchema,
  refused: wholeSchema,
});

const stepSchema = v.strictObject({
  result: v.pipe(v.number(), v.safeInteger()),
  errno: v.nullable(v.picklist(errnoNames)),
  warnings: v.array(v.string()),
  crash: v.nullable(v.string()),
  extents: flatExtentsSchema,
  units: unitsSchema,
  leftOverBlocks: wholeSchema,
});

const totalsSchema = v.strictObject({
  units: unitsSchema,
  refusedSteps: wholeSchema,
  warnings: wholeSchema,
  crashed: v.boolean(),
  files: wholeSchema,
  extents: wholeSchema,
  leftOverBlocks: wholeSchema,
  free: v.nullable(v.strictObject({ clusters: wholeSchema, runs: wholeSchema, largestRun: wholeSchema })),
});

const sideSchema = v.strictObject({
  allocator: v.string(),
  /** Which writes it got: the plan's own, the same without RWF_ATOMIC, or with it wherever one could be untorn. */
  writes: v.picklist(['as-asked', 'plain', 'atomic']),
  profileExact: v.boolean(),
  steps: v.array(stepSchema),
  totals: totalsSchema,
});

const versusSchema = v.strictObject({
  sides: v.array(sideSchema),
  blockBytes: v.pipe(wholeSchema, v.minValue(512)),
  clusterBytes: v.pipe(wholeSchema, v.minValue(512)),
  /** What a drive without limits of its own is taken to write untorn, in bytes. */
  assumed: v.strictObject({ minBytes: wholeSchema, maxBytes: wholeSchema }),
});

const allocatorSchema = v.strictObject({
  /** As a plan names it. */
  name: v.string(),
  /** The release from which on it is right, `6.17.0`. */
  since: v.string(),
  /** One sentence: what it was verified on. */
  verified: v.string(),
});

const allocatorListSchema = v.strictObject({
  /** Oldest release first. */
  allocators: v.array(allocatorSchema),
  /** What `auto` means on this machine, and whether that is this kernel's own; empty where the kernel is older than all. */
  auto: v.strictObject({ name: v.string(), exact: v.boolean() }),
});

const allocatorNameSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9.-]{1,40}$/, 'is not the name of an allocator'),
);

export const versusProcedures = {
  /** The allocators that a plan can name. */
  'allocators.list': procedure({ input: v.strictObject({}), output: allocatorListSchema }),
  /** Predicts the plan with its own allocator and with another one; changes nothing. */
  'plan.versus': procedure({
    input: v.strictObject({
      text: planTextSchema,
      other: allocatorNameSchema,
      /** The unit to count in; null for each write's own length. */
      unitBytes: v.nullable(v.pipe(wholeSchema, v.minValue(512))),
    }),
    output: versusSchema,
    event: progressSchema,
  }),
} as const;

export type WireVersus = v.InferOutput<typeof versusSchema>;
export type WireSide = v.InferOutput<typeof sideSchema>;
export type WireSideStep = v.InferOutput<typeof stepSchema>;
export type WireUnitCounts = v.InferOutput<typeof unitsSchema>;
export type WireTotals = v.InferOutput<typeof totalsSchema>;
export type AllocatorList = v.InferOutput<typeof allocatorListSchema>;

/** One side in the form in which it travels. */
export function sideToWire(side: Side, { profileExact }: Pick<Outcome, 'profileExact'>): WireSide {
  const { allocator, writes, steps, totals } = side;
  const { units, free, ...rest } = totals;
  return {
    allocator,
    writes,
    profileExact: profileExact ?? true,
    steps: steps.map(stepToWire),
    totals: { ...rest, units: { ...units }, free: free && { ...free } },
  };
}

function stepToWire({
  result,
  errno,
  warnings,
  crash,
  extents,
  units,
  leftOverBlocks,
}: SideStep): WireSideStep {
  return {
    result,
    errno: errno ?? null,
    warnings: [...(warnings ?? [])],
    crash: crash ?? null,
    extents: extentsToWire(extents),
    units: { ...units },
    leftOverBlocks,
  };
}
