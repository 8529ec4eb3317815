import type { Axis } from './fold.ts';
import { inPhysicalOrder, laneOf, placer, type Dimension, type Lane } from './lane.ts';
import { absent, type Pairing } from './pair.ts';
import { mark } from './pyramid.ts';

/** A run of blocks where a differing row has something, on one side. */
interface Stretch {
  readonly first: number;
  readonly end: number;
  readonly row: number;
}

/**
 * The lane of what differs: every block where one side has something that the other does not have there. A piece is
 * marked with the sides that are in it; both where each of them has another part of the file there, or one in another
 * state.
 */
export function differenceLane(pairing: Pairing, axis: Axis, dimension: Dimension): Lane {
  const { differs } = pairing;
  const predicted = stretches(pairing, pairing.predicted, dimension);
  const actual = stretches(pairing, pairing.actual, dimension);
  const pieces: (Stretch & { readonly marks: number })[] = [];
  cut(predicted, actual, (piece, marks) => pieces.push({ ...piece, marks }));
  const place = placer(axis);
  const start = Float64Array.from(pieces, ({ first }) => place(first));
  const end = Float64Array.from(pieces, ({ first, end: last }, index) => (start[index] ?? 0) + last - first);
  const marks = Uint8Array.from(pieces, (piece) => piece.marks);
  return laneOf(
    { count: pieces.length, start, end, marks },
    Uint32Array.from(pieces, ({ row }) => row),
  );

  function stretches({ length, logical }: Pairing, physical: Float64Array, by: Dimension): Stretch[] {
    const list: Stretch[] = [];
    const rows = by === 'physical' ? inPhysicalOrder(physical) : physical.keys();
    for (const row of rows) {
      if (!differs[row] || physical[row] === absent) continue;
      const first = (by === 'physical' ? physical[row] : logical[row]) ?? 0;
      list.push({ first, end: first + (length[row] ?? 0), row });
    }
    return list;
  }
}

/** Cuts two ascending lists where either begins or ends. */
function cut(
  predicted: readonly Stretch[],
  actual: readonly Stretch[],
  add: (piece: Stretch, marks: number) => void,
): void {
  let at = -Infinity;
  for (let mine = 0, its = 0; ;) {
    while ((predicted[mine]?.end ?? Infinity) <= at) mine++;
    while ((actual[its]?.end ?? Infinity) <= at) its++;
    const left = predicted[mine];
    const right = actual[its];
    const first = Math.max(at, Math.min(left?.first ?? Infinity, right?.first ?? Infinity));
    if (first === Infinity) return;
    const inLeft = left !== undefined && left.first <= first;
    const inRight = right !== undefined && right.first <= first;
    const end = Math.min(
      (inLeft ? left.end : left?.first) ?? Infinity,
      (inRight ? right.end : right?.first) ?? Infinity,
    );
    const marks = mark.differs | (inLeft ? mark.inPredicted : 0) | (inRight ? mark.inActual : 0);
    add({ first, end, row: (inRight ? right : left)?.row ?? 0 }, marks);
    at = end;
  }
}
