import { describe, expect, it } from 'vitest';
import { compareOutcomes, differenceText, mergeExtents } from './compare.ts';
import type { Extent, Outcome } from './outcome.ts';

const extent = (
  logical: number,
  physical: number,
  length: number,
  state: Extent['state'] = 'written',
): Extent => ({
  logical,
  physical,
  length,
  state,
});
const outcome = (change: Partial<Outcome>): Outcome => ({
  allocator: 'linux-6.18',
  steps: [],
  files: {},
  ...change,
});
const texts = (a: Outcome, b: Outcome) =>
  compareOutcomes(a, b, ['a']).map((difference) => differenceText(difference));

describe('merging', () => {
  it('joins neighbours that continue each other in address and state, and no others', () => {
    expect(
      mergeExtents([extent(0, 10, 2), extent(2, 12, 3), extent(5, 15, 1, 'unwritten'), extent(6, 17, 1)]),
    ).toEqual([extent(0, 10, 5), extent(5, 15, 1, 'unwritten'), extent(6, 17, 1)]);
    expect(mergeExtents([extent(0, 10, 1), extent(2, 11, 1)])).toHaveLength(2);
  });
});

describe('comparing', () => {
  it('finds nothing between equal outcomes, however the extents are cut', () => {
    const whole = outcome({ files: { a: { extents: [extent(0, 10, 4)] } } });
    const cut = outcome({ files: { a: { extents: [extent(0, 10, 1), extent(1, 11, 3)] } } });
    expect(compareOutcomes(whole, cut)).toEqual([]);
  });

  it('names the first extent that differs', () => {
    const mine = outcome({ files: { a: { extents: [extent(0, 10, 4), extent(8, 20, 4)] } } });
    const its = outcome({ files: { a: { extents: [extent(0, 10, 4), extent(8, 21, 4)] } } });
    expect(texts(mine, its)).toEqual([
      'a, logical block 8: predicted 8..11 at 20..23 written, the kernel has 8..11 at 21..24 written',
    ]);
    expect(texts(mine, outcome({ files: { a: { extents: [extent(0, 10, 4)] } } }))[0]).toMatch(
      /the kernel has nothing$/,
    );
  });

  it.each([
    ['where in the file', extent(9, 20, 4)],
    ['where on the device', extent(8, 21, 4)],
    ['how long', extent(8, 20, 5)],
    ['in which state', extent(8, 20, 4, 'unwritten')],
  ])('tells apart %s an extent is', (_, other) => {
    const mine = outcome({ files: { a: { extents: [extent(0, 10, 4), extent(8, 20, 4)] } } });
    const its = outcome({ files: { a: { extents: [extent(0, 10, 4), other] } } });
    expect(compareOutcomes(mine, its)).toHaveLength(1);
    expect(compareOutcomes(its, mine)).toHaveLength(1);
  });

  it('tells inline data from a file without any, and finds a file of any name', () => {
    const empty = outcome({ files: { a: { extents: [] } } });
    expect(texts(empty, outcome({ files: { a: { extents: [], inline: true } } }))).toEqual([
      'a: predicted a layout, the kernel has inline data',
    ]);
    const odd = JSON.parse('{"__proto__":{"extents":[]}}') as Outcome['files'];
    expect(compareOutcomes(outcome({ files: odd }), outcome({}))).toHaveLength(1);
    expect(compareOutcomes(outcome({}), outcome({ files: odd }))).toHaveLength(1);
  });

  it('tells states, errors, inline data and missing files apart', () => {
    const written = outcome({ files: { a: { extents: [extent(0, 10, 4)] } } });
    expect(
      texts(written, outcome({ files: { a: { extents: [extent(0, 10, 4, 'unwritten')] } } })),
    ).toHaveLength(1);
    expect(texts(written, outcome({ files: { a: { errno: 'EIO' } } }))).toEqual([
      'a: predicted a layout, the kernel has EIO',
    ]);
    expect(texts(written, outcome({ files: { a: { extents: [], inline: true } } }))).toHaveLength(1);
    expect(texts(written, outcome({}))).toEqual(['a: predicted a layout, the kernel has no such file']);
    expect(texts(outcome({}), written)).toHaveLength(1);
  });

  it('compares results, errno and the layouts read by steps', () => {
    const step = (change: object) => outcome({ steps: [{ op: 'write', result: 4096, ...change }] });
    expect(texts(step({}), step({}))).toEqual([]);
    expect(texts(step({}), step({ result: -1, errno: 'ENOSPC' }))).toEqual([
      'step 0 (write): predicted 4096, the kernel answered ENOSPC',
    ]);
    expect(texts(step({ extents: [extent(0, 1, 1)] }), step({ extents: [extent(0, 2, 1)] }))[0]).toMatch(
      /^a at step 0, /,
    );
    expect(texts(step({}), outcome({}))).toHaveLength(1);
  });

  it('does not compare layouts that were not predicted', () => {
    const xfs = outcome({ files: { a: { extents: null } } });
    expect(compareOutcomes(xfs, outcome({ files: { a: { extents: [extent(0, 1, 1)] } } }))).toEqual([]);
  });
});
