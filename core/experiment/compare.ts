import type { Extent, FileLayout, Outcome, StepRecord } from './outcome.ts';

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
 * `extents: null` (XFS), layouts are not compared.
 */
export function compareOutcomes(
  predicted: Outcome,
  actual: Outcome,
  files: readonly string[] = [],
): Difference[] {
  return [...compareSteps(predicted.steps, actual.steps, files), ...compareFiles(predicted, actual)];
}

function compareSteps(
  predicted: readonly StepRecord[],
  actual: readonly StepRecord[],
  files: readonly string[],
): Difference[] {
  const differences: Difference[] = [];
  for (let step = 0; step < Math.max(predicted.length, actual.length); step++) {
    const mine = predicted[step];
    const its = actual[step];
    const op = (its ?? mine)?.op ?? '';
    if (answer(mine) !== answer(its)) {
      differences.push({ kind: 'step', step, op, predicted: answer(mine), actual: answer(its) });
    } else if (mine?.extents && its?.extents) {
      const first = firstExtentDifference(mine.extents, its.extents);
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

function compareFiles(predicted: Outcome, actual: Outcome): Difference[] {
  const names = new Set([...Object.keys(predicted.files), ...Object.keys(actual.files)]);
  return [...names].flatMap((file): Difference[] => {
    const mine = predicted.files[file];
    const its = actual.files[file];
    if (describe(mine) !== describe(its))
      return [{ kind: 'file', file, predicted: describe(mine), actual: describe(its) }];
    if (!mine || !its || !('extents' in mine) || !('extents' in its) || !mine.extents || !its.extents)
      return [];
    const first = firstExtentDifference(mine.extents, its.extents);
    return first ? [{ kind: 'extent', file, ...first }] : [];
  });
}

function describe(layout: FileLayout | undefined): string {
  if (!layout) return 'no such file';
  if ('errno' in layout) return layout.errno;
  return layout.inline ? 'inline data' : 'a layout';
}

function firstExtentDifference(
  predicted: readonly Extent[],
  actual: readonly Extent[],
): { logical: number; predicted: Extent | null; actual: Extent | null } | null {
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
export function differenceText(difference: Difference): string {
  switch (difference.kind) {
    case 'step':
      return `step ${difference.step} (${difference.op}): predicted ${difference.predicted}, the kernel answered ${difference.actual}`;
    case 'file':
      return `${difference.file}: predicted ${difference.predicted}, the kernel has ${difference.actual}`;
    case 'extent': {
      const where =
        difference.step === undefined ? difference.file : `${difference.file} at step ${difference.step}`;
      return `${where}, logical block ${difference.logical}: predicted ${extentText(difference.predicted)}, the kernel has ${extentText(difference.actual)}`;
    }
  }
}

function extentText(extent: Extent | null): string {
  if (!extent) return 'nothing';
  const { logical, physical, length, state } = extent;
  return `${logical}..${logical + length - 1} at ${physical}..${physical + length - 1} ${state}`;
}
