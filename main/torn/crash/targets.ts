import { Random } from '../../../core/experiment/generate/index.ts';
import type { CrashPlan, UnitFile } from '../../../core/torn/crash/index.ts';

/** Where a write goes: `length` bytes at `offset` of the file, within one unit. */
export interface Place {
  readonly file: UnitFile;
  readonly unit: number;
  readonly offset: number;
  readonly length: number;
}

/** What is written next; unless writes may overlap, never in a unit that is being written. */
export class Targets {
  readonly #units: readonly { readonly file: UnitFile; readonly unit: number }[];
  readonly #busy = new Set<number>();
  readonly #random: Random;
  readonly #writes: CrashPlan['writes'];
  #next = 0;

  constructor(files: readonly UnitFile[], { writes, seed }: CrashPlan) {
    this.#units = files.flatMap((file) => Array.from({ length: file.units }, (_, unit) => ({ file, unit })));
    this.#random = new Random(seed);
    this.#writes = writes;
  }

  get size(): number {
    return this.#units.length;
  }

  /** Every unit as a whole, one after the other. */
  *wholeUnits(): Generator<Place> {
    for (const { file, unit } of this.#units)
      yield { file, unit, offset: unit * file.unitBytes, length: file.unitBytes };
  }

  take(): Place {
    for (;;) {
      const isRandom = this.#writes.order === 'random';
      const index = isRandom ? this.#random.between(0, this.size - 1) : this.#next++ % this.size;
      const found = this.#units[index];
      if (!found) continue;
      const address = addressOf(found.file, found.unit);
      if (!this.#writes.overlapping) {
        if (this.#busy.has(address)) continue;
        this.#busy.add(address);
      }
      return { ...found, ...this.#within(found.file.unitBytes, found.unit) };
    }
  }

  give({ file, unit }: Place): void {
    this.#busy.delete(addressOf(file, unit));
  }

  #within(unitBytes: number, unit: number): Pick<Place, 'offset' | 'length'> {
    const { lengths } = this.#writes;
    const whole = { offset: unit * unitBytes, length: unitBytes };
    if (!lengths) return whole;
    const length = this.#random.pick(lengths);
    const parts = unitBytes / length;
    return { offset: whole.offset + this.#random.between(0, parts - 1) * length, length };
  }
}

function addressOf({ address, unitBytes }: UnitFile, unit: number): number {
  return address + unit * unitBytes;
}
