/** The fast twin of core/torn: the same bytes and the same judgement of whole units, many at a time. */
import type { UnitStamp } from '../../core/torn/index.ts';
import { addon } from './addon.ts';

/** How checksums are calculated: the processor's own instruction, or a table; `best` takes what there is. */
export type StampEngine = 'best' | 'avx2' | 'sse4.2' | 'table';

/** Engines that this processor has, the best first. */
export function stampEngines(): StampEngine[] {
  return addon().stampEngines();
}

/** As core's `fillUnit`. Throws a RangeError where sizes do not fit, or the processor has no such engine. */
export function fillUnitFast(
  target: Uint8Array,
  stamp: Omit<UnitStamp, 'bytes'>,
  engine: StampEngine = 'best',
): void {
  const { run, writer, generation, address, blockBytes } = stamp;
  addon().fillUnit(target, BigInt.asIntN(64, run), writer, generation, address, blockBytes, engine);
}

const blockStates = ['intact', 'damaged', 'unstamped'] as const;

/** The states that core's `readBlocks` gives the blocks. */
export function readBlocksFast(
  bytes: Uint8Array,
  blockBytes: number,
  engine: StampEngine = 'best',
): (typeof blockStates)[number][] {
  return Array.from(
    addon().blockStates(bytes, blockBytes, engine),
    (state) => blockStates[state] ?? 'unstamped',
  );
}

export interface UnitGrid {
  readonly run: bigint;
  /** Byte of the target at which the first unit begins. */
  readonly address: number;
  readonly unitBytes: number;
  readonly blockBytes: number;
}

/**
 * The generation of each unit of `bytes`; -1 where a unit is not the whole result of one write of its run at its place,
 * and core's `classifyUnit` is to say what it is instead.
 */
export function wholeUnits(bytes: Uint8Array, grid: UnitGrid, engine: StampEngine = 'best'): Float64Array {
  const { run, address, unitBytes, blockBytes } = grid;
  return addon().wholeUnits(bytes, BigInt.asIntN(64, run), address, unitBytes, blockBytes, engine);
}
