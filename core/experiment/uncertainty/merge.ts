import { mergeExtents } from '../compare.ts';
import type {
  Extent,
  FileLayout,
  LogicalRange,
  Outcome,
  PhysicalRange,
  StepRecord,
  Uncertainty,
} from '../outcome.ts';
import { cutExtents, spansOf } from './cut.ts';
import { unionOf, without, type Span } from './ranges.ts';

/** Every logical block that a file can have. */
export const wholeFile: LogicalRange = { logical: 0, length: 2 ** 32 };

/**
 * Puts the outcomes of every state that the memory may have been in into one: the first one's, in which whatever is not
 * the same in all of them is marked as uncertain. Uncertain extents lie where one of the outcomes has them.
 */
export function mergeOutcomes(
  outcomes: readonly [Outcome, ...Outcome[]],
  because: readonly string[],
): Outcome {
  const [first, ...others] = outcomes;
  const within: Span[] = [];
  const steps = first.steps.map((step, index) =>
    mergedStep(
      step,
      others.map(({ steps }) => steps[index]),
      within,
    ),
  );
  const names = new Set(outcomes.flatMap(({ files }) => Object.keys(files)));
  const files = [...names].map((name) => [name, mergedLayout(name, outcomes, within)] as const);
  const certain = !steps.some(isUncertain) && !files.some(([, layout]) => isUncertain(layout));
  const merged = { ...first, steps, files: Object.fromEntries(files), certain };
  return certain ? merged : { ...merged, uncertain: { because, within: physicalRanges(within) } };
}

/**
 * An outcome of which only the certain is known that does not depend on places: the results of the steps. All extents
 * are marked, and may lie anywhere within `anywhere`.
 */
export function allUncertain(outcome: Outcome, { because, within }: Uncertainty): Outcome {
  const files = Object.entries(outcome.files).map(([name, layout]) => [name, wholly(layout)] as const);
  const steps = outcome.steps.map((step) => (step.extents ? { ...step, uncertain: [wholeFile] } : step));
  return {
    ...outcome,
    steps,
    files: Object.fromEntries(files),
    certain: false,
    uncertain: { because, within },
  };
}

function wholly(layout: FileLayout): FileLayout {
  return { ...layout, uncertain: [wholeFile] };
}

export function physicalRanges(spans: readonly Span[]): PhysicalRange[] {
  return unionOf(spans).map(({ from, end }) => ({ physical: from, length: end - from }));
}

function isUncertain(part: StepRecord | FileLayout): boolean {
  return part.uncertain !== undefined || ('uncertainResult' in part && part.uncertainResult === true);
}

function mergedStep(
  step: StepRecord,
  others: readonly (StepRecord | undefined)[],
  within: Span[],
): StepRecord {
  const isSame = others.every((other) => other?.result === step.result && other.errno === step.errno);
  const result = step.uncertainResult || !isSame ? { ...step, uncertainResult: true as const } : step;
  if (!step.extents) return result;
  const uncertain = differing(
    [step, ...others].map((each) => each?.extents ?? []),
    marksOf([step, ...others]),
    within,
  );
  return uncertain.length === 0 ? result : { ...result, uncertain };
}

function mergedLayout(name: string, outcomes: readonly Outcome[], within: Span[]): FileLayout {
  const layouts = outcomes.map(({ files }) => files[name]);
  const layout = layouts.find((each) => each !== undefined) ?? { extents: null };
  const kinds = new Set(layouts.map(kindOf));
  const maps = layouts.map((each) => (each && 'extents' in each ? (each.extents ?? []) : []));
  const uncertain = differing(maps, marksOf(layouts), within);
  if (kinds.size > 1) return wholly(layout);
  return uncertain.length === 0 ? layout : { ...layout, uncertain };
}

function marksOf(parts: readonly ({ readonly uncertain?: readonly LogicalRange[] } | undefined)[]) {
  return parts.flatMap((part) => part?.uncertain ?? []);
}

/** What kind of answer a layout is, beside its extents. */
export function kindOf(layout: FileLayout | undefined): string {
  if (!layout) return 'no such file';
  if ('errno' in layout) return layout.errno;
  return layout.inline ? 'inline data' : 'a layout';
}

/** Logical blocks whose place or state is not the same in all maps; where those maps have them goes into `within`. */
function differing(
  maps: readonly (readonly Extent[])[],
  marked: readonly LogicalRange[],
  within: Span[],
): LogicalRange[] {
  const [first = [], ...others] = maps.map(mergeExtents);
  const spans = unionOf([...spansOf(marked), ...others.flatMap((other) => differences(first, other))]);
  for (const map of maps) {
    for (const { physical, length } of cutExtents(map, spans, 'inside')) {
      within.push({ from: physical, end: physical + length });
    }
  }
  return spans.map(({ from, end }) => ({ logical: from, length: end - from }));
}

function differences(one: readonly Extent[], other: readonly Extent[]): Span[] {
  const bySlant = new Map<string, Extent[]>();
  for (const extent of other) bySlant.set(slantOf(extent), [...(bySlant.get(slantOf(extent)) ?? []), extent]);
  const same = one.flatMap((left) =>
    (bySlant.get(slantOf(left)) ?? []).flatMap((right) => {
      const from = Math.max(left.logical, right.logical);
      const end = Math.min(left.logical + left.length, right.logical + right.length);
      return end > from ? [{ from, end }] : [];
    }),
  );
  return without(spansOf([...one, ...other]), unionOf(same));
}

/** The same for extents that agree wherever both of them are. */
function slantOf({ logical, physical, state }: Extent): string {
  return `${physical - logical} ${state}`;
}
