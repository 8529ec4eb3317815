/** All units of a target in one line: a letter for each, or for each stretch of them the worst of its units. */
import { assertExists } from '../assert.ts';
import { verdicts, type Verdict } from './unit.ts';

/** The letters of a line, one to a cell. Cell `i` of `n` stands for the units from `i * units / n` on. */
export interface UnitField {
  readonly units: number;
  readonly cells: string;
}

const verdictLetters: Readonly<Record<Verdict, string>> = {
  new: 'n',
  old: 'o',
  stale: 's',
  torn: 't',
  'mixed-writers': 'x',
  misplaced: 'm',
  garbage: 'g',
  unreadable: 'u',
};
/** A cell of which no unit was looked at. */
export const unseenLetter = '.';
export const fieldCellsMax = 2048;

/** Verdict of a cell; null where it was not looked at. */
export function verdictOfLetter(letter: string): Verdict | null {
  return verdicts.find((verdict) => verdictLetters[verdict] === letter) ?? null;
}

/** First unit of a cell, and one past its last. */
export function unitsOfCell({ units, cells }: UnitField, cell: number): readonly [from: number, to: number] {
  return [Math.ceil((cell * units) / cells.length), Math.ceil(((cell + 1) * units) / cells.length)];
}

/** Neighbouring cells that say the same, as one: cells `from` to `to` (not included); null where none was looked at. */
export function runsOfField({
  cells,
}: UnitField): { readonly from: number; readonly to: number; readonly verdict: Verdict | null }[] {
  const found: { from: number; to: number; letter: string }[] = [];
  for (const [at, letter] of [...cells].entries()) {
    const last = found.at(-1);
    if (last?.letter === letter) last.to = at + 1;
    else found.push({ from: at, to: at + 1, letter });
  }
  return found.map(({ from, to, letter }) => ({ from, to, verdict: verdictOfLetter(letter) }));
}

/** The same line in at most so many cells: of those that become one, it shows the worst. */
export function narrowField(field: UnitField, cellsMost: number): UnitField {
  const { units, cells } = field;
  const count = Math.max(1, Math.floor(cellsMost));
  if (cells.length <= count) return field;
  const worst = new Uint8Array(count);
  for (const [at, letter] of [...cells].entries()) {
    const verdict = verdictOfLetter(letter);
    const cell = Math.floor((at * count) / cells.length);
    worst[cell] = Math.max(worst[cell] ?? 0, verdict === null ? 0 : rankOf(verdict));
  }
  return { units, cells: Array.from(worst, letterOf).join('') };
}

/** Writes the line while units are judged, in any order. */
export class FieldWriter {
  readonly #units: number;
  /** Rank of the worst verdict, plus one; 0: not looked at. */
  readonly #worst: Uint8Array;

  /** @param rest What is so of all units that nothing else is said of; null: they were not looked at. */
  constructor(units: number, rest: Verdict | null) {
    this.#units = units;
    this.#worst = new Uint8Array(Math.min(units, fieldCellsMax)).fill(rest === null ? 0 : rankOf(rest));
  }

  mark(unit: number, verdict: Verdict): void {
    const cell = Math.floor((unit * this.#worst.length) / this.#units);
    this.#worst[cell] = Math.max(this.#worst[cell] ?? 0, rankOf(verdict));
  }

  get field(): UnitField {
    return { units: this.#units, cells: Array.from(this.#worst, letterOf).join('') };
  }
}

function letterOf(rank: number): string {
  return rank === 0 ? unseenLetter : verdictLetters[assertExists(verdicts[rank - 1], 'a verdict')];
}

function rankOf(verdict: Verdict): number {
  return verdicts.indexOf(verdict) + 1;
}
