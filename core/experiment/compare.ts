import type { Extent, FileLayout, LogicalRange, Outcome, PhysicalRange, StepRecord } from './outcome.ts';
import { cutExtents, spansOf } from './uncertainty/cut.ts';
import { unionOf, without } from './uncertainty/ranges.ts';

/** One place where prediction and kernel disagree. */
export type Difference =
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly op: string;
      readonly predicted: string;
      readonly actual: string;
    }
  | { readonly kind: 'file'; readonly file: string; readonly predicted: string; readonly actual: string }
  | {
      readonly kind: 'extent';
      readonly file: string;
      /** The step whose `layout` differs; absent for the layout at the end. */
      readonly step?: number;
      /** First logical block at which the two layouts differ. */
      readonly logical: number;
      readonly predicted: Extent | null;
      readonly actual: Extent | null;
    };

/** Neighbours that continue each other in both addresses and in state become one extent. Expects logical order. */
export function mergeExtents(extents: readonly Extent[]): Extent[] {
  const merged: Extent[] = [];
  for (const extent of extents) {
    const last = merged.at(-1);
    if (last && continues(last, extent))
      merged[merged.length - 1] = { ...last, length: last.length + extent.length };
    else merged.push(extent);
  }
  return merged;
}

function continues(left: Extent, right: Extent): boolean {
  return (
    left.state === right.state &&
    left.logical + left.length === right.logical &&
    left.physical + left.length === right.physical
  );
}

/**
 * Every difference between a prediction and what the kernel did, in step order and then by file: step results and
 * errno, files that only one side has, and for each layout the first extent that differs. Where the prediction says
 * `extents: null` (XFS), layouts are not compared. Where the prediction is marked as uncertain, only extents outside of
 * what it declares possible are differences.
 */
export function compareOutcomes(
  predicted: Outcome,
  actual: Outcome,
  files: readonly string[] = [],
): Difference[] {
  const within = predicted.uncertain?.within ?? [];
  return [
    ...compareSteps(predicted.steps, actual.steps, files, within),
    ...compareFiles(predicted, actual, within),
  ];
}

function compareSteps(
  predicted: readonly StepRecord[],
  actual: readonly StepRecord[],
  files: readonly string[],
  within: readonly PhysicalRange[],
): Difference[] {
  const differences: Difference[] = [];
  for (let step = 0; step < Math.max(predicted.length, actual.length); step++) {
    const mine = predicted[step];
    const its = actual[step];
    const op = (its ?? mine)?.op ?? '';
    if (answer(mine) !== answer(its) && !mine?.uncertainResult) {
      differences.push({ kind: 'step', step, op, predicted: answer(mine), actual: answer(its) });
    } else if (mine?.extents && its?.extents) {
      const first = firstDifference(mine.extents, its.extents, mine.uncertain ?? [], within);
      if (first) differences.push({ kind: 'extent', file: files[step] ?? '', step, ...first });
    }
  }
  return differences;
}

/** A step's answer in one word: `4096`, `ENOSPC`, or `nothing` where there is no such step. */
function answer(step: StepRecord | undefined): string {
  if (!step) return 'nothing';
  return step.result === -1 ? (step.errno ?? 'an unnamed error') : String(step.result);
}

function compareFiles(predicted: Outcome, actual: Outcome, within: readonly PhysicalRange[]): Difference[] {
  const names = new Set([...Object.keys(predicted.files), ...Object.keys(actual.files)]);
  return [...names].flatMap((file): Difference[] => {
    const mine = fileOf(predicted, file);
    const its = fileOf(actual, file);
    const uncertain = mine?.uncertain ?? [];
    if (describe(mine) !== describe(its) && uncertain.length === 0)
      return [{ kind: 'file', file, predicted: describe(mine), actual: describe(its) }];
    const predictedExtents = mine && extentsOf(mine);
    const actualExtents = its && extentsOf(its);
    if (!predictedExtents || !actualExtents) return [];
    const first = firstDifference(predictedExtents, actualExtents, uncertain, within);
    return first ? [{ kind: 'extent', file, ...first }] : [];
  });
}

/** A file may be called as what every object has. */
function fileOf({ files }: Outcome, file: string): FileLayout | undefined {
  return Object.hasOwn(files, file) ? files[file] : undefined;
}

/** Null where there is nothing to compare with (XFS). */
function extentsOf(layout: FileLayout): readonly Extent[] | null {
  return 'errno' in layout ? [] : layout.extents;
}

function describe(layout: FileLayout | undefined): string {
  if (!layout) return 'no such file';
  if ('errno' in layout) return layout.errno;
  return layout.inline ? 'inline data' : 'a layout';
}

interface ExtentDifference {
  readonly logical: number;
  readonly predicted: Extent | null;
  readonly actual: Extent | null;
}

/** The certain parts must agree exactly, the uncertain ones must lie where they were declared to. */
function firstDifference(
  predicted: readonly Extent[],
  actual: readonly Extent[],
  uncertain: readonly LogicalRange[],
  within: readonly PhysicalRange[],
): ExtentDifference | null {
  if (uncertain.length === 0) return firstExtentDifference(predicted, actual);
  const spans = spansOf(uncertain);
  const certain = firstExtentDifference(
    cutExtents(predicted, spans, 'outside'),
    cutExtents(actual, spans, 'outside'),
  );
  return certain ?? firstOutside(cutExtents(actual, spans, 'inside'), within);
}

function firstOutside(extents: readonly Extent[], within: readonly PhysicalRange[]): ExtentDifference | null {
  const allowed = unionOf(within.map(({ physical, length }) => ({ from: physical, end: physical + length })));
  const outside = extents.find(
    ({ physical, length }) => without([{ from: physical, end: physical + length }], allowed).length > 0,
  );
  return outside ? { logical: outside.logical, predicted: null, actual: outside } : null;
}

function firstExtentDifference(
  predicted: readonly Extent[],
  actual: readonly Extent[],
): ExtentDifference | null {
  const mine = mergeExtents(predicted);
  const its = mergeExtents(actual);
  for (let i = 0; i < Math.max(mine.length, its.length); i++) {
    const left = mine[i] ?? null;
    const right = its[i] ?? null;
    if (left && right && sameExtent(left, right)) continue;
    return {
      logical: Math.min(left?.logical ?? Infinity, right?.logical ?? Infinity),
      predicted: left,
      actual: right,
    };
  }
  return null;
}

function sameExtent(left: Extent, right: Extent): boolean {
  return (
    left.logical === right.logical &&
    left.physical === right.physical &&
    left.length === right.length &&
    left.state === right.state
  );
}

/** One line for a person: what differs, where, and how. */
export function differenceText(difference: Difference, sides: Sides = predictionAndKernel): string {
  const { mine, its } = sides;
  switch (difference.kind) {
    case 'step':
      return `step ${difference.step} (${difference.op}): ${mine} ${difference.predicted}, ${its.answered} ${difference.actual}`;
    case 'file':
      return `${difference.file}: ${mine} ${difference.predicted}, ${its.has} ${difference.actual}`;
    case 'extent': {
      const where =
        difference.step === undefined ? difference.file : `${difference.file} at step ${difference.step}`;
      return `${where}, logical block ${difference.logical}: ${mine} ${extentText(difference.predicted)}, ${its.has} ${extentText(difference.actual)}`;
    }
  }
}

/** How a sentence calls the two outcomes that were compared. */
export interface Sides {
  readonly mine: string;
  readonly its: { readonly answered: string; readonly has: string };
}

const predictionAndKernel: Sides = {
  mine: 'predicted',
  its: { answered: 'the kernel answered', has: 'the kernel has' },
};

function extentText(extent: Extent | null): string {
  if (!extent) return 'nothing';
  const { logical, physical, length, state } = extent;
  return `${logical}..${logical + length - 1} at ${physical}..${physical + length - 1} ${state}`;
}
