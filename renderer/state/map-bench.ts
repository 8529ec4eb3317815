import type { AddressForm } from '../../core/view/index.ts';
import type { Layers } from './layers.svelte.ts';
import type { MirrorPlan } from './mirror-plan.ts';
import type { LayoutModel } from './model.ts';
import type { ReplayState } from './replay.svelte.ts';

/** A run of blocks of one file, the same in the map and in the table. */
export interface Selection {
  readonly file: number;
  readonly row: number;
}

/** What a map and the tables beside it have in common, wherever they are shown: what is chosen, and how it is written. */
export interface MapBench {
  selection: Selection | null;
  /** Null for the usual one. */
  chosenUnitBytes: number | null;
  addressForm: AddressForm;
  readonly unitBytes: number;
  readonly unitBlocks: number;
  readonly units: readonly number[];
  /** What is shown when nothing is replayed; another one begins with everything in view. */
  readonly result: LayoutModel | null;
  /** Null where nothing is known of the volume around the files. */
  readonly layers: Layers | null;
  /** Null where how the layout came about is no question. */
  readonly replay: ReplayState | null;
  /** What the mirror is asked about; null where there is nothing to ask. */
  readonly mirrored: MirrorPlan | null;
  /** The next larger or smaller unit, as far as there is one. */
  changeUnit(by: 1 | -1): void;
  /** Chooses the next (or the previous) place where something is wrong, around the end. */
  selectDifference(direction: 1 | -1): void;
}

/** The chosen unit, else the usual one, else the smallest that the volume has. */
export function unitAmong(units: readonly number[], chosen: number | null, usual: number): number {
  const wanted = chosen ?? usual;
  return units.includes(wanted) ? wanted : (units[0] ?? 4096);
}

/** The next (or the previous) row that differs or is torn, behind the selection and around the end; null for none. */
export function nextWrong(
  { files }: LayoutModel,
  selection: Selection | null,
  direction: 1 | -1,
): Selection | null {
  const rowsIn = (index: number) => files[index]?.pairing.count ?? 0;
  const all = files.reduce((sum, { pairing }) => sum + pairing.count, 0);
  const last = files.length - 1;
  let { file, row } =
    selection ?? (direction === 1 ? { file: last, row: rowsIn(last) } : { file: 0, row: 0 });
  for (let seen = 0; seen < all; seen++) {
    row += direction;
    while (row < 0 || row >= rowsIn(file)) {
      file = (file + direction + files.length) % files.length;
      row = direction === 1 ? 0 : rowsIn(file) - 1;
    }
    const { differs, torn } = files[file]?.pairing ?? {};
    if (differs?.[row] || torn?.[row]) return { file, row };
  }
  return null;
}

/** How many rows {@link nextWrong} goes through. */
export function wrongCount({ files }: LayoutModel): number {
  return files.reduce((sum, { differences, pairing }) => sum + differences + sumOf(pairing.torn), 0);
}

function sumOf(bits: Uint8Array): number {
  return bits.reduce((sum, one) => sum + one, 0);
}
