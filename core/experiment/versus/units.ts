import type { Extent } from '../outcome.ts';
import type { Step } from '../plan.ts';

/** A piece of a file that somebody wants to write untorn, in blocks. */
export interface Unit {
  readonly logical: number;
  readonly length: number;
}

/**
 * How a unit lies on disk: whole in one extent that begins at a multiple of its length there (`aligned`), in one extent
 * elsewhere (`misaligned`), in several (`split`), or not all of it has blocks yet (`missing`).
 */
export type UnitPlace = 'aligned' | 'misaligned' | 'split' | 'missing';

/**
 * The units of a step. A write is one unit where it could be written untorn at all: a power of two of blocks, at a multiple of its
 * length. With `unitBytes` a write has every unit of that size that it covers whole.
 */
export function unitsOf(step: Step, blockBytes: number, unitBytes: number | null): Unit[] {
  if (step.op !== 'write' || step.length === 0) return [];
  const { offset, length } = step;
  const bytes = unitBytes ?? length;
  const blocks = bytes / blockBytes;
  if (!Number.isInteger(blocks) || !Number.isInteger(Math.log2(blocks))) return [];
  const units: Unit[] = [];
  for (let at = Math.ceil(offset / bytes) * bytes; at + bytes <= offset + length; at += bytes) {
    units.push({ logical: at / blockBytes, length: blocks });
  }
  return units;
}

/** Where a unit lies among the extents of its file, which are merged and in logical order. */
export function placeOf(unit: Unit, extents: readonly Extent[]): UnitPlace {
  const end = unit.logical + unit.length;
  const parts = extents.filter(({ logical, length }) => logical < end && logical + length > unit.logical);
  const covered = parts.reduce(
    (sum, { logical, length }) => sum + Math.min(logical + length, end) - Math.max(logical, unit.logical),
    0,
  );
  if (covered < unit.length) return 'missing';
  const first = parts[0];
  const firstBlock = first.physical + unit.logical - first.logical;
  const contiguous = parts.every(
    ({ logical, physical }) => physical - logical === first.physical - first.logical,
  );
  if (!contiguous) return 'split';
  return firstBlock % unit.length === 0 ? 'aligned' : 'misaligned';
}
