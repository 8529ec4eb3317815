import type {
  Extent,
  FileLayout,
  LogicalRange,
  Outcome,
  PhysicalRange,
  StepRecord,
  Uncertainty,
} from '../experiment/outcome.ts';
import {
  extentStride,
  rangeStride,
  type WireLayout,
  type WireOutcome,
  type WireStep,
  type WireUncertainty,
} from './outcome.ts';

/** An outcome in the form in which it travels and is kept. */
export function outcomeToWire(outcome: Outcome): WireOutcome {
  return {
    allocator: outcome.allocator,
    profileExact: outcome.profileExact ?? true,
    uncertain: outcome.uncertain ? uncertaintyToWire(outcome.uncertain) : null,
    steps: outcome.steps.map(stepToWire),
    files: Object.entries(outcome.files).map(([file, layout]) => layoutToWire(file, layout)),
  };
}

/** An outcome as it was before it travelled. */
export function outcomeFromWire(wire: WireOutcome): Outcome {
  const { allocator, profileExact, uncertain } = wire;
  return {
    allocator,
    profileExact,
    ...(uncertain ? { certain: false, uncertain: uncertaintyFromWire(uncertain) } : {}),
    steps: wire.steps.map(stepFromWire),
    files: Object.fromEntries(wire.files.map((layout) => [layout.file, layoutFromWire(layout)])),
  };
}

function uncertaintyToWire({ because, within }: Uncertainty): WireUncertainty {
  return { because: [...because], within: physicalToWire(within) };
}

function stepToWire(step: StepRecord): WireStep {
  const { op, result, errno = null, extents } = step;
  const uncertain = step.uncertainResult === true || (step.uncertain ?? []).length > 0;
  return {
    op,
    result,
    errno,
    extents: extents ? extentsToWire(extents) : null,
    uncertain,
    warnings: [...(step.warnings ?? [])],
    crash: step.crash ?? null,
  };
}

function layoutToWire(file: string, layout: FileLayout): WireLayout {
  const uncertain = logicalToWire(layout.uncertain ?? []);
  if ('errno' in layout) return { file, extents: null, inline: false, errno: layout.errno, uncertain };
  const extents = layout.extents && extentsToWire(layout.extents);
  return { file, extents, inline: layout.inline === true, errno: null, uncertain };
}

/** Extents as a flat list (`extentStride`). */
export function extentsToWire(extents: readonly Extent[]): number[] {
  const flat: number[] = [];
  for (const { logical, physical, length, state } of extents) {
    flat.push(logical, physical, length, state === 'unwritten' ? 1 : 0);
  }
  return flat;
}

function logicalToWire(ranges: readonly LogicalRange[]): number[] {
  return ranges.flatMap(({ logical, length }) => [logical, length]);
}

function physicalToWire(ranges: readonly PhysicalRange[]): number[] {
  return ranges.flatMap(({ physical, length }) => [physical, length]);
}

function uncertaintyFromWire({ because, within }: WireUncertainty): Uncertainty {
  return { because, within: pairsOf(within).map(([physical, length]) => ({ physical, length })) };
}

function stepFromWire(step: WireStep): StepRecord {
  const { op, result, errno, extents, uncertain, warnings, crash } = step;
  return {
    op,
    result,
    ...(errno === null ? {} : { errno }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(crash === null ? {} : { crash }),
    ...(extents === null ? {} : { extents: extentsFromWire(extents) }),
    ...(uncertain ? { uncertainResult: true as const } : {}),
  };
}

function layoutFromWire({ extents, inline, errno, uncertain }: WireLayout): FileLayout {
  const ranges = pairsOf(uncertain).map(([logical, length]) => ({ logical, length }));
  const doubt = ranges.length > 0 ? { uncertain: ranges } : {};
  if (errno !== null) return { errno, ...doubt };
  return {
    extents: extents && extentsFromWire(extents),
    ...(inline ? { inline: true as const } : {}),
    ...doubt,
  };
}

function extentsFromWire(flat: readonly number[]): Extent[] {
  const extents: Extent[] = [];
  for (let i = 0; i < flat.length; i += extentStride) {
    const [logical = 0, physical = 0, length = 0, unwritten = 0] = flat.slice(i, i + extentStride);
    extents.push({ logical, physical, length, state: unwritten === 1 ? 'unwritten' : 'written' });
  }
  return extents;
}

function pairsOf(flat: readonly number[]): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < flat.length; i += rangeStride) pairs.push([flat[i] ?? 0, flat[i + 1] ?? 0]);
  return pairs;
}
