import { assert } from '../assert.ts';

/** Extents of one layout as columns, in logical order; blocks of the filesystem. Made for a million of them. */
export interface ExtentColumns {
  readonly count: number;
  readonly logical: Float64Array;
  readonly physical: Float64Array;
  readonly length: Float64Array;
  /** 1 where the extent is unwritten. */
  readonly unwritten: Uint8Array;
}

function makeColumns(count: number) {
  return {
    count,
    logical: new Float64Array(count),
    physical: new Float64Array(count),
    length: new Float64Array(count),
    unwritten: new Uint8Array(count),
  };
}

/** Reads the flat form of the contract (core/rpc/outcome.ts): logical, physical, length, unwritten for each extent. */
export function columnsFromFlat(flat: readonly number[]): ExtentColumns {
  assert(flat.length % 4 === 0, 'four numbers for each extent');
  const columns = makeColumns(flat.length / 4);
  let sorted = true;
  for (let i = 0; i < columns.count; i++) {
    columns.logical[i] = flat[i * 4] ?? 0;
    columns.physical[i] = flat[i * 4 + 1] ?? 0;
    columns.length[i] = flat[i * 4 + 2] ?? 0;
    columns.unwritten[i] = flat[i * 4 + 3] ?? 0;
    if (i > 0 && (columns.logical[i - 1] ?? 0) > (columns.logical[i] ?? 0)) sorted = false;
  }
  return sorted ? columns : inLogicalOrder(columns);
}

/** Reads ranges of logical blocks (first, length) that are in order and apart; they lie nowhere. */
export function columnsFromRanges(flat: readonly number[]): ExtentColumns {
  assert(flat.length % 2 === 0, 'two numbers for each range');
  const columns = makeColumns(flat.length / 2);
  for (let i = 0; i < columns.count; i++) {
    columns.logical[i] = flat[i * 2] ?? 0;
    columns.length[i] = flat[i * 2 + 1] ?? 0;
  }
  return columns;
}

function inLogicalOrder(columns: ExtentColumns): ExtentColumns {
  const order = [...columns.logical.keys()].sort(
    (left, right) => (columns.logical[left] ?? 0) - (columns.logical[right] ?? 0),
  );
  const ordered = makeColumns(columns.count);
  order.forEach((from, to) => {
    ordered.logical[to] = columns.logical[from] ?? 0;
    ordered.physical[to] = columns.physical[from] ?? 0;
    ordered.length[to] = columns.length[from] ?? 0;
    ordered.unwritten[to] = columns.unwritten[from] ?? 0;
  });
  return ordered;
}
