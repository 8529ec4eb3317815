/**
 * The simulator of power cuts. Its fault model (docs/crash-states.md has the reasons):
 *
 * - Fixed: writes answered before the start of a flush that was answered; durable (FUA) writes once they were answered;
 *   without a volatile cache every write once it was answered. All else that was begun is free.
 * - A free write that the drive promises whole is there or missing. Any other may be there in any set of its logical
 *   blocks; zeroings are never promised whole.
 * - A write that was answered before an overlapping one began is never above it. Otherwise any order may be.
 * - Drives keep their promises: no lying flushes, no rot, no write that goes elsewhere.
 *
 * Everything that is drawn follows from one seed.
 */
import { assertExists } from '../../assert.ts';
import { Random } from '../../experiment/generate/random.ts';
import { cutsOf, type DriveModel } from './drive.ts';
import { sectorBytes, type DiskLog } from './log.ts';
import type { CrashPoint } from './points.ts';
import type { CrashState, Piece } from './state.ts';

export interface EnumerationBounds {
  /** As many states as are wanted; those whose bytes turn out equal are the caller's to count. */
  readonly states: number;
  readonly seed: number;
  /** Subsets of at most so many free writes are listed all; of more, a sample. */
  readonly subsetWritesMax?: number;
}

/** Pieces of a write that a random state has at most: a cut, or an island or two. */
const randomPiecesMax = 3;
/** A random state is worth drawing so many times for one that is new. */
const patience = 20;

/**
 * The crash states of a log under a drive model, about `states` of them, in turn and in an order drawn from the seed:
 * prefixes (all free writes up to one, whole), cuts (a prefix whose last write stops, or begins, at
 * one of its cuts), subsets (whole writes) and mixtures drawn at random (each write whole, missing or in pieces, in any
 * allowed order). Sorted by crash point. The same seed and log give the same states.
 */
export function enumerateStates(
  log: DiskLog,
  points: readonly CrashPoint[],
  drive: DriveModel,
  { states, seed, subsetWritesMax = 8 }: EnumerationBounds,
): CrashState[] {
  const random = new Random(seed);
  const space = new Space(log, points, drive, random, subsetWritesMax);
  const chosen = new Map<string, CrashState>();
  const take = (state: CrashState | undefined): boolean => {
    if (state === undefined) return false;
    const key = `${state.point}:${state.pieces.map(({ write, from, to }) => `${write}.${from}.${to}`).join()}`;
    if (chosen.has(key)) return false;
    chosen.set(key, state);
    return true;
  };
  const prefixes = shuffled([...space.prefixes()], random);
  const cuts = shuffled([...space.cuts()], random);
  const subsets = shuffled([...space.subsets()], random);
  for (let missed = 0; chosen.size < states && missed < patience * 10;) {
    const found = [take(prefixes.pop()), take(cuts.pop()), take(subsets.pop()), take(space.mixture())];
    const isListed = prefixes.length + cuts.length + subsets.length > 0;
    missed = found.includes(true) || isListed ? 0 : missed + 1;
  }
  return [...chosen.values()].sort((left, right) => left.point - right.point);
}

/** All that can be listed or drawn. */
class Space {
  readonly #log: DiskLog;
  readonly #points: readonly CrashPoint[];
  readonly #drive: DriveModel;
  readonly #random: Random;
  readonly #subsetWritesMax: number;
  /** Crash points where anything is free. */
  readonly #open: readonly CrashPoint[];

  constructor(
    log: DiskLog,
    points: readonly CrashPoint[],
    drive: DriveModel,
    random: Random,
    subsetWritesMax: number,
  ) {
    this.#log = log;
    this.#points = points;
    this.#drive = drive;
    this.#random = random;
    this.#subsetWritesMax = subsetWritesMax;
    this.#open = points.filter(({ free }) => free.length > 0);
  }

  *prefixes(): Generator<CrashState> {
    for (const { index, free } of this.#points)
      for (let count = 0; count <= free.length; count++)
        yield { point: index, pieces: free.slice(0, count).map((write) => this.#whole(write)) };
  }

  /** Every write cut at each logical block: its beginning is there, or its end, behind all that came before or alone. */
  *cuts(): Generator<CrashState> {
    for (const { index, free } of this.#open)
      for (const [place, write] of free.entries()) {
        const before = free.slice(0, place).map((earlier) => this.#whole(earlier));
        const { to } = this.#whole(write);
        for (const cut of cutsOf(this.#drive, assertExists(this.#log.writes[write], 'a free write')))
          for (const piece of [
            { write, from: 0, to: cut },
            { write, from: cut, to },
          ]) {
            yield { point: index, pieces: [...before, piece] };
            if (before.length > 0) yield { point: index, pieces: [piece] };
          }
      }
  }

  /** Whole writes, some missing; where two of them overlap and were in flight together, also the other way round. */
  *subsets(): Generator<CrashState> {
    for (const { index, free } of this.#open) {
      if (free.length > this.#subsetWritesMax) {
        for (let drawn = 0; drawn < 2 ** this.#subsetWritesMax; drawn++)
          yield* this.#ordered(
            index,
            free.filter(() => this.#random.chance(50)),
          );
        continue;
      }
      for (let bits = 0; bits < 2 ** free.length; bits++)
        yield* this.#ordered(
          index,
          free.filter((_, place) => (bits >>> place) & 1),
        );
    }
  }

  /** A state drawn at random; undefined where nothing is ever free. */
  mixture(): CrashState | undefined {
    if (this.#open.length === 0) return undefined;
    const { index, free } = this.#random.pick(this.#open);
    const pieces = free.flatMap((write) => this.#drawn(write));
    if (this.#random.chance(50)) swapSome(pieces, this.#random);
    return { point: index, pieces };
  }

  *#ordered(point: number, writes: readonly number[]): Generator<CrashState> {
    const pieces = writes.map((write) => this.#whole(write));
    yield { point, pieces };
    for (const [left, right] of this.#rivals(writes)) {
      const swapped = pieces.slice();
      [swapped[left], swapped[right]] = [swapped[right], swapped[left]] as [Piece, Piece];
      yield { point, pieces: swapped };
    }
  }

  /** Pairs (places in `writes`) that overlap and were both begun before either was answered. */
  *#rivals(writes: readonly number[]): Generator<[number, number]> {
    for (let left = 0; left < writes.length; left++)
      for (let right = left + 1; right < writes.length; right++) {
        const one = this.#log.writes[writes[left] ?? 0];
        const other = this.#log.writes[writes[right] ?? 0];
        if (!one || !other || (one.end !== null && one.end < other.begin)) continue;
        if (one.at < other.at + other.lengthBytes && other.at < one.at + one.lengthBytes) yield [left, right];
      }
  }

  #drawn(write: number): Piece[] {
    const whole = this.#whole(write);
    const cuts = cutsOf(this.#drive, assertExists(this.#log.writes[write], 'a free write'));
    const fate = this.#random.between(0, cuts.length > 0 ? 3 : 1);
    if (fate === 0) return [];
    if (fate === 1) return [whole];
    const ends = new Set<number>([0, whole.to]);
    for (let more = this.#random.between(1, 2 * randomPiecesMax); more > 0; more--)
      ends.add(this.#random.pick(cuts));
    const sorted = [...ends].sort((left, right) => left - right);
    const first = this.#random.between(0, 1);
    const pieces: Piece[] = [];
    for (let at = first; at + 1 < sorted.length; at += 2)
      pieces.push({ write, from: sorted[at] ?? 0, to: sorted[at + 1] ?? 0 });
    return pieces;
  }

  #whole(write: number): Piece {
    const { lengthBytes } = assertExists(this.#log.writes[write], 'a write of the log');
    return { write, from: 0, to: lengthBytes / sectorBytes };
  }
}

function swapSome(pieces: Piece[], random: Random): void {
  for (let at = pieces.length - 1; at > 0; at--) {
    const other = random.between(Math.max(0, at - 2), at);
    [pieces[at], pieces[other]] = [pieces[other], pieces[at]] as [Piece, Piece];
  }
}

function shuffled<T>(items: T[], random: Random): T[] {
  for (let at = items.length - 1; at > 0; at--) {
    const other = random.between(0, at);
    [items[at], items[other]] = [items[other], items[at]] as [T, T];
  }
  return items;
}
