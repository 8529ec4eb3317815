import type { ExtentColumns } from './extents.ts';
import type { Doubt } from './doubt.ts';

/** Bits of a row of {@link Pairing}. */
export const side = { predicted: 1, actual: 2 } as const;

/** Address of a side that has nothing in a row. */
export const absent = -1;

/**
 * Two layouts of one file, cut where either changes or a doubt or a fault begins or ends, in logical order: each row is a run of
 * logical blocks that both sides map in one piece or not at all. It is the one list behind the lanes, the table and the
 * jumps.
 */
export interface Pairing {
  readonly count: number;
  readonly logical: Float64Array;
  readonly length: Float64Array;
  /** First physical block, or {@link absent}. */
  readonly predicted: Float64Array;
  readonly actual: Float64Array;
  readonly predictedUnwritten: Uint8Array;
  readonly actualUnwritten: Uint8Array;
  /**
   * 1 where the two sides disagree; always 0 where only one side is known at all, and 0 in an uncertain row whose actual
   * blocks are among those that the prediction declares possible.
   */
  readonly differs: Uint8Array;
  /** 1 where the prediction may come out otherwise. */
  readonly uncertain: Uint8Array;
  /** 1 where what was written there is torn, or wrong in another way. */
  readonly torn: Uint8Array;
}

/**
 * Pairs two layouts; null for a side that is not known (a prediction only, XFS), which then differs from nothing.
 * A hole in doubt is a row too: something may be mapped there. `faults` are logical blocks whose content is wrong.
 */
export function pairExtents(
  predicted: ExtentColumns | null,
  actual: ExtentColumns | null,
  doubt: Doubt | null = null,
  faults: ExtentColumns | null = null,
): Pairing {
  const ranges = doubt?.ranges ?? null;
  const sources = [predicted, actual, ranges, faults];
  const rows = new RowsBuilder(sources.reduce((sum, one) => sum + (one?.count ?? 0), 0));
  const left = new Cursor(predicted);
  const right = new Cursor(actual);
  const doubtful = new Cursor(ranges);
  const faulty = new Cursor(faults);
  while (!left.atEnd || !right.atEnd || !doubtful.atEnd || !faulty.atEnd) {
    const from = Math.min(left.from, right.from, doubtful.from, faulty.from);
    const to = Math.min(
      left.nextChangeAfter(from),
      right.nextChangeAfter(from),
      doubtful.nextChangeAfter(from),
      faulty.nextChangeAfter(from),
    );
    const length = to - from;
    const mine = left.at(from);
    const its = right.at(from);
    const mineUnwritten = mine === absent ? 0 : left.unwritten;
    const itsUnwritten = its === absent ? 0 : right.unwritten;
    const uncertain = doubtful.at(from) !== absent;
    const same = mine === its && mineUnwritten === itsUnwritten;
    const foreseen = same || (uncertain && (its === absent || doubt?.isPossible(its, length) === true));
    const differs = predicted !== null && actual !== null && !foreseen;
    const torn = faulty.at(from) !== absent;
    rows.add(from, length, mine, mineUnwritten, its, itsUnwritten, differs, uncertain, torn);
    left.advance(to);
    right.advance(to);
    doubtful.advance(to);
    faulty.advance(to);
  }
  return rows.finish();
}

/** Walks one layout from left to right; `from` is where what is left of the current extent begins. */
class Cursor {
  private readonly extents: ExtentColumns | null;
  private index = 0;
  from: number;

  constructor(extents: ExtentColumns | null) {
    this.extents = extents;
    this.from = extents && extents.count > 0 ? (extents.logical[0] ?? 0) : Infinity;
  }

  get atEnd(): boolean {
    return this.from === Infinity;
  }

  get unwritten(): number {
    return this.extents?.unwritten[this.index] ?? 0;
  }

  private get end(): number {
    return (this.extents?.logical[this.index] ?? 0) + (this.extents?.length[this.index] ?? 0);
  }

  nextChangeAfter(logical: number): number {
    if (this.from > logical) return this.from;
    return this.end;
  }

  /** The physical block of `logical`, or absent where this side has a hole there. */
  at(logical: number): number {
    if (this.from > logical) return absent;
    return (this.extents?.physical[this.index] ?? 0) + logical - (this.extents?.logical[this.index] ?? 0);
  }

  advance(to: number): void {
    if (this.from >= to) return;
    if (this.end > to) {
      this.from = to;
      return;
    }
    this.index++;
    const { extents } = this;
    const more = extents !== null && this.index < extents.count;
    this.from = more ? Math.max(to, extents.logical[this.index] ?? 0) : Infinity;
  }
}

/** Grows as rows come: there are at most about twice as many rows as extents on both sides, ranges in doubt and faults. */
class RowsBuilder {
  private readonly numbers: {
    logical: Float64Array;
    length: Float64Array;
    predicted: Float64Array;
    actual: Float64Array;
  };
  private readonly bits: {
    predicted: Uint8Array;
    actual: Uint8Array;
    differs: Uint8Array;
    uncertain: Uint8Array;
    torn: Uint8Array;
  };
  private count = 0;

  constructor(extentCount: number) {
    const rowsMax = 2 * extentCount + 1;
    const column = () => new Float64Array(rowsMax);
    this.numbers = { logical: column(), length: column(), predicted: column(), actual: column() };
    this.bits = {
      predicted: new Uint8Array(rowsMax),
      actual: new Uint8Array(rowsMax),
      differs: new Uint8Array(rowsMax),
      uncertain: new Uint8Array(rowsMax),
      torn: new Uint8Array(rowsMax),
    };
  }

  add(
    logical: number,
    length: number,
    predicted: number,
    predictedUnwritten: number,
    actual: number,
    actualUnwritten: number,
    differs: boolean,
    uncertain: boolean,
    torn: boolean,
  ): void {
    const row = this.count++;
    this.numbers.logical[row] = logical;
    this.numbers.length[row] = length;
    this.numbers.predicted[row] = predicted;
    this.numbers.actual[row] = actual;
    this.bits.predicted[row] = predictedUnwritten;
    this.bits.actual[row] = actualUnwritten;
    this.bits.differs[row] = differs ? 1 : 0;
    this.bits.uncertain[row] = uncertain ? 1 : 0;
    this.bits.torn[row] = torn ? 1 : 0;
  }

  finish(): Pairing {
    const { count } = this;
    return {
      count,
      logical: this.numbers.logical.slice(0, count),
      length: this.numbers.length.slice(0, count),
      predicted: this.numbers.predicted.slice(0, count),
      actual: this.numbers.actual.slice(0, count),
      predictedUnwritten: this.bits.predicted.slice(0, count),
      actualUnwritten: this.bits.actual.slice(0, count),
      differs: this.bits.differs.slice(0, count),
      uncertain: this.bits.uncertain.slice(0, count),
      torn: this.bits.torn.slice(0, count),
    };
  }
}
