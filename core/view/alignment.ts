/**
 * How an extent lies to a unit of writing. A piece of a file that begins at a multiple of the unit can be written
 * untorn only where all of it lies in one extent and begins at a multiple of the unit on the device too
 * (block/fops.c blkdev_atomic_write_valid and fs/iomap/direct-io.c ask for that; the filesystem is taken to start
 * aligned).
 */
export interface UnitCount {
  /** Pieces of the file, each a unit long and beginning at a multiple of it, of which the extent holds a part. */
  readonly touched: number;
  /** Those of them that lie whole in the extent and are aligned on the device. */
  readonly aligned: number;
}

/** All quantities in blocks of the filesystem. `unitBlocks` is at least 1. */
export function countUnits(logical: number, physical: number, length: number, unitBlocks: number): UnitCount {
  const end = logical + length;
  const touched = Math.ceil(end / unitBlocks) - Math.floor(logical / unitBlocks);
  if (Math.abs(physical - logical) % unitBlocks !== 0) return { touched, aligned: 0 };
  const aligned = Math.max(0, Math.floor(end / unitBlocks) - Math.ceil(logical / unitBlocks));
  return { touched, aligned };
}

export type Alignment = 'aligned' | 'partly' | 'misaligned';

/** `aligned` where every unit that the extent touches is, `partly` where some are. */
export function alignmentOf(
  logical: number,
  physical: number,
  length: number,
  unitBlocks: number,
): Alignment {
  const { touched, aligned } = countUnits(logical, physical, length, unitBlocks);
  if (aligned === touched) return 'aligned';
  return aligned > 0 ? 'partly' : 'misaligned';
}

/** The units that make sense on a filesystem: powers of two from its block to 1 MiB, in bytes. */
export function unitsFor(blockBytes: number): readonly number[] {
  const units: number[] = [];
  for (let unit = blockBytes; unit <= 2 ** 20; unit *= 2) units.push(unit);
  return units;
}
