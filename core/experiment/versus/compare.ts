import type { ErrnoName } from '../../errno.ts';
import type { FreeRuns } from '../../mballoc/index.ts';
import type { Extent, FileLayout, Outcome } from '../outcome.ts';
import type { Plan } from '../plan.ts';
import type { Observation } from './observe.ts';
import { placeOf, unitsOf, type UnitPlace } from './units.ts';

/** One allocator's prediction of a plan. */
export interface SideInput {
  readonly outcome: Outcome;
  readonly observation: Observation;
  readonly blockBytes: number;
  readonly writes: Writes;
}

/**
 * Which writes were predicted: the plan's own, the same without RWF_ATOMIC (what they get when nobody asks for more), or with it
 * wherever a write could be untorn at all (what they would get if everybody did).
 */
export type Writes = 'as-asked' | 'plain' | 'atomic';

/** What one allocator does with a plan, judged by the units that the plan writes. */
export interface Side {
  readonly allocator: string;
  readonly writes: Writes;
  readonly steps: readonly SideStep[];
  readonly totals: Totals;
}

export interface SideStep {
  readonly result: number;
  readonly errno?: ErrnoName;
  readonly warnings?: readonly string[];
  readonly crash?: string;
  /** What lies in the range of a write or an allocation afterwards; delayed data that is written later as it is in the end. */
  readonly extents: readonly Extent[];
  /** How many of the step's units lie how; none of a write that was refused. */
  readonly units: UnitCounts;
  readonly leftOverBlocks: number;
}

/** Units by what became of them. */
export type UnitCounts = Readonly<Record<UnitPlace | 'refused', number>>;

export interface Totals {
  readonly units: UnitCounts;
  /** Steps that were refused, units or not. */
  readonly refusedSteps: number;
  readonly warnings: number;
  readonly crashed: boolean;
  /** Files that have a layout in the end, and their extents. */
  readonly files: number;
  readonly extents: number;
  readonly leftOverBlocks: number;
  /** Null where the kernel went down. */
  readonly free: FreeRuns | null;
}

const noUnits: UnitCounts = { aligned: 0, misaligned: 0, split: 0, missing: 0, refused: 0 };

/** Judges a prediction. `unitBytes`: the unit to count in; null for each write's own length. */
export function judgeSide(plan: Plan, input: SideInput, unitBytes: number | null): Side {
  const { outcome, writes } = input;
  const steps = outcome.steps.map((_, index) => judgeStep(plan, input, unitBytes, index));
  return { allocator: outcome.allocator, writes, steps, totals: totalsOf(input, steps) };
}

function judgeStep(plan: Plan, input: SideInput, unitBytes: number | null, index: number): SideStep {
  const { outcome, observation, blockBytes } = input;
  const step = plan.steps[index];
  const { result, errno, warnings, crash } = outcome.steps[index];
  const { extents, leftOverBlocks } = observation.steps[index];
  const units = unitsOf(step, blockBytes, unitBytes);
  const refused = result === -1;
  const final = 'file' in step ? extentsOf(outcome.files[step.file]) : [];
  const places = units.map((unit): UnitPlace | 'refused' => {
    if (refused) return 'refused';
    const now = placeOf(unit, extents ?? []);
    // Delayed data has its place only later.
    return now === 'missing' ? placeOf(unit, final) : now;
  });
  const delayed = extents?.length === 0 && !refused && step.op === 'write';
  return {
    result,
    ...(errno === undefined ? {} : { errno }),
    ...(warnings === undefined ? {} : { warnings }),
    ...(crash === undefined ? {} : { crash }),
    extents: delayed ? within(final, step, blockBytes) : (extents ?? []),
    units: places.reduce<UnitCounts>((sum, place) => ({ ...sum, [place]: sum[place] + 1 }), noUnits),
    leftOverBlocks,
  };
}

function extentsOf(layout: FileLayout | undefined): readonly Extent[] {
  return layout && 'extents' in layout ? (layout.extents ?? []) : [];
}

function within(
  extents: readonly Extent[],
  { offset, length }: { readonly offset: number; readonly length: number },
  blockBytes: number,
): Extent[] {
  const from = Math.floor(offset / blockBytes);
  const to = Math.ceil((offset + length) / blockBytes);
  return extents.flatMap((extent) => {
    const start = Math.max(extent.logical, from);
    const end = Math.min(extent.logical + extent.length, to);
    if (start >= end) return [];
    return [
      { ...extent, logical: start, physical: extent.physical + start - extent.logical, length: end - start },
    ];
  });
}

function totalsOf({ outcome, observation }: SideInput, steps: readonly SideStep[]): Totals {
  const layouts = Object.values(outcome.files).map(extentsOf);
  return {
    units: steps.reduce((sum, { units }) => addUnits(sum, units), noUnits),
    refusedSteps: steps.filter(({ result, crash }) => result === -1 && crash === undefined).length,
    warnings: steps.reduce((sum, { warnings = [] }) => sum + warnings.length, 0),
    crashed: steps.some(({ crash }) => crash !== undefined),
    files: layouts.length,
    extents: layouts.reduce((sum, extents) => sum + extents.length, 0),
    leftOverBlocks: steps.reduce((sum, { leftOverBlocks }) => sum + leftOverBlocks, 0),
    free: observation.free,
  };
}

function addUnits(left: UnitCounts, right: UnitCounts): UnitCounts {
  return {
    aligned: left.aligned + right.aligned,
    misaligned: left.misaligned + right.misaligned,
    split: left.split + right.split,
    missing: left.missing + right.missing,
    refused: left.refused + right.refused,
  };
}

/** All units that were counted. */
export function unitSum(units: UnitCounts): number {
  return Object.values(units).reduce((sum, count) => sum + count, 0);
}

/** The totals of several plans as one. Free space of different filesystems does not add up: the largest run is the smallest of them. */
export function addTotals(all: readonly Totals[]): Totals {
  return all.reduce((sum, each) => ({
    units: addUnits(sum.units, each.units),
    refusedSteps: sum.refusedSteps + each.refusedSteps,
    warnings: sum.warnings + each.warnings,
    crashed: sum.crashed || each.crashed,
    files: sum.files + each.files,
    extents: sum.extents + each.extents,
    leftOverBlocks: sum.leftOverBlocks + each.leftOverBlocks,
    free: addFree(sum.free, each.free),
  }));
}

function addFree(left: FreeRuns | null, right: FreeRuns | null): FreeRuns | null {
  if (!left || !right) return null;
  return {
    clusters: left.clusters + right.clusters,
    runs: left.runs + right.runs,
    largestRun: Math.min(left.largestRun, right.largestRun),
  };
}
