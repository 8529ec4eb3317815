import { unitsFor, type AddressForm } from '../../core/view/index.ts';
import { nextWrong, unitAmong, type MapBench, type Selection } from '../state/map-bench.ts';
import type { LayoutModel } from '../state/model.ts';

/** The bench of the map of a stamped file: what is chosen there, by unit of the storm as well. */
export class StormBench implements MapBench {
  selection = $state.raw<Selection | null>(null);
  chosenUnitBytes = $state<number | null>(null);
  addressForm = $state<AddressForm>('blocks');
  readonly layers = null;
  readonly replay = null;
  readonly mirrored = null;
  private readonly model: () => LayoutModel;
  private readonly slotBytes: () => number;

  /** `slotBytes` is the length of a unit of the storm, or of the longest where there are several lengths. */
  constructor(model: () => LayoutModel, slotBytes: () => number) {
    this.model = model;
    this.slotBytes = slotBytes;
  }

  readonly result = $derived.by(() => this.model());
  readonly units = $derived.by(() => unitsFor(this.result.volume.blockBytes));
  readonly unitBytes = $derived.by(() => unitAmong(this.units, this.chosenUnitBytes, this.slotBytes()));
  readonly unitBlocks = $derived.by(() => this.unitBytes / this.result.volume.blockBytes);

  changeUnit(by: 1 | -1): void {
    const unit = this.units[this.units.indexOf(this.unitBytes) + by];
    if (unit !== undefined) this.chosenUnitBytes = unit;
  }

  selectDifference(direction: 1 | -1): void {
    this.selection = nextWrong(this.result, this.selection, direction) ?? this.selection;
  }

  /** Chooses the extent in which a unit of the storm begins, if it is not chosen already. */
  chooseUnit(unit: number): void {
    const pairing = this.result.files[0]?.pairing;
    const block = Math.floor((unit * this.slotBytes()) / this.result.volume.blockBytes);
    if (!pairing || this.unitsChosen()?.includes(unit)) return;
    const row = pairing.logical.findLastIndex((first) => first <= block);
    if (row >= 0) this.selection = { file: 0, row };
  }

  /** First and last unit of which the chosen extent has a part; null where none is chosen. */
  unitsChosen(): { readonly first: number; includes(unit: number): boolean } | null {
    const pairing = this.result.files[0]?.pairing;
    if (!pairing || !this.selection) return null;
    const { row } = this.selection;
    const { blockBytes } = this.result.volume;
    const from = (pairing.logical[row] ?? 0) * blockBytes;
    const first = Math.floor(from / this.slotBytes());
    const last = Math.ceil((from + (pairing.length[row] ?? 0) * blockBytes) / this.slotBytes()) - 1;
    return { first, includes: (unit) => unit >= first && unit <= last };
  }
}
