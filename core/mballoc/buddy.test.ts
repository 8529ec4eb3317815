import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleGroups } from '../../test/support/sample-allocation.ts';
import { sampleGeometry } from '../../test/support/sample-filesystem.ts';
import { testBit } from './bits.ts';
import { findExtent, markUsed } from './buddy.ts';
import { freeClusters } from './buddy-free.ts';
import { averageFragmentOrder, buddyShapeFor } from './buddy-shape.ts';
import { GroupSet } from './group-set.ts';
import { Groups } from './groups.ts';
import { GroupLayout } from './layout.ts';

/** Where a group stands in the index, as the search would look it up. */
class Places {
  readonly largest: GroupSet[];
  readonly average: GroupSet[];
  constructor(orders: number) {
    this.largest = Array.from({ length: orders }, () => new GroupSet(1));
    this.average = Array.from({ length: orders }, () => new GroupSet(1));
  }
  largestOrderChanged(group: number, from: number, to: number): void {
    if (from >= 0) this.largest[from].delete(group);
    if (to >= 0) this.largest[to].add(group);
  }
  averageOrderChanged(group: number, from: number, to: number): void {
    if (from >= 0) this.average[from].delete(group);
    if (to >= 0) this.average[to].add(group);
  }
}

function makeGroup(
  blockSizeBits: number,
  clustersPerGroup: number,
  used: readonly (readonly [number, number])[],
) {
  const geometry = sampleGeometry({ blockSizeBits, clustersPerGroup, groupCount: 1 });
  const shape = buddyShapeFor(blockSizeBits, clustersPerGroup);
  const places = new Places(shape.orders);
  const groups = new Groups(shape, new GroupLayout(geometry), sampleGroups(geometry, { 0: used }), places, {
    optimizeScan: true,
    groupsPerPage: 1,
  });
  groups.load(0);
  return { groups, places };
}

/** Everything that the buddies must say about a bitmap, worked out without them. */
function expectedOf(model: readonly boolean[], orders: number) {
  const counters = new Array<number>(orders).fill(0);
  const buddies = new Map<number, number>();
  let free = 0;
  let fragments = 0;
  for (let at = 0; at < model.length;) {
    if (model[at]) {
      at++;
      continue;
    }
    let end = at;
    while (end < model.length && !model[end]) end++;
    fragments++;
    free += end - at;
    while (at < end) {
      let order = 0;
      while (order + 1 < orders && at % 2 ** (order + 1) === 0 && at + 2 ** (order + 1) <= end) order++;
      counters[order]++;
      buddies.set(at, order);
      at += 2 ** order;
    }
  }
  return { counters, buddies, free, fragments };
}

/** As the kernel's __mb_check_buddy(), from a model of the bitmap. */
function check({ groups, places }: ReturnType<typeof makeGroup>, model: readonly boolean[]): void {
  const { orders, base, bits } = groups.shape;
  const words = groups.load(0);
  const expected = expectedOf(model, orders);
  expect(Array.from({ length: model.length }, (_, bit) => testBit(words, bit))).toEqual(model);
  expect([...groups.counters]).toEqual(expected.counters);
  expect(groups.free[0]).toBe(expected.free);
  expect(groups.fragments[0]).toBe(expected.fragments);
  const firstFree = model.indexOf(false);
  if (firstFree >= 0) expect(groups.firstFree[0]).toBeLessThanOrEqual(firstFree);
  for (let order = 1; order < orders; order++) {
    for (let bit = 0; bit < bits[order]; bit++) {
      const isFree = expected.buddies.get(bit * 2 ** order) === order;
      expect(testBit(words, base[order] + bit), `order ${String(order)}, bit ${String(bit)}`).toBe(!isFree);
    }
  }
  const largest = expected.counters.findLastIndex((count) => count > 0);
  const average =
    expected.fragments === 0
      ? -1
      : averageFragmentOrder(Math.floor(expected.free / expected.fragments), orders);
  expect(places.largest.map((set) => set.next(0, 1) === 0).indexOf(true)).toBe(largest);
  expect(places.average.map((set) => set.next(0, 1) === 0).indexOf(true)).toBe(average);
}

const clusters = 128;
const steps = fc.array(fc.tuple(fc.nat(clusters - 1), fc.integer({ min: 1, max: clusters })), {
  maxLength: 60,
});

describe('buddies', () => {
  it.each([
    [4, 128],
    [3, 64],
    [5, 64],
    [4, 120],
    [4, 72],
  ])(
    'stay true to the bitmap through takings and givings back (2^%i byte blocks, %i clusters)',
    (bits, size) => {
      fc.assert(
        fc.property(steps, (changes) => {
          const group = makeGroup(bits, size, []);
          const model = new Array<boolean>(size).fill(false);
          for (const [place, wanted] of changes) {
            const at = place % size;
            let end = at;
            while (end < size && end - at < wanted && model[end] === model[at]) end++;
            if (model[at]) freeClusters(group.groups, 0, at, end - at);
            else markUsed(group.groups, 0, at, end - at, { tail: 0, buddy: 0 });
            model.fill(!model[at], at, end);
            check(group, model);
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  it('are generated from any bitmap', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: clusters, maxLength: clusters }), (model) => {
        const used = model.flatMap((isUsed, bit) => (isUsed ? [[bit, 1] as const] : []));
        check(makeGroup(4, clusters, used), model);
      }),
    );
  });

  it('measure free clusters in whole buddies, no further than needed', () => {
    const { groups } = makeGroup(4, clusters, [
      [0, 3],
      [40, 1],
    ]);
    const into = { start: 0, length: 0 };
    expect(findExtent(groups, 0, 1, 5, into)).toBe(0);
    expect(findExtent(groups, 0, 3, 1, into)).toBe(1);
    expect(findExtent(groups, 0, 3, 2, into)).toBe(5);
    expect(findExtent(groups, 0, 5, 4, into)).toBe(3 + 8);
    expect(findExtent(groups, 0, 3, 1000, into)).toBe(37);
    expect(into).toEqual({ start: 3, length: 37 });
  });

  it('refuse to free what is free', () => {
    const { groups } = makeGroup(4, clusters, [[10, 4]]);
    expect(() => {
      freeClusters(groups, 0, 12, 4);
    }).toThrow(/cluster 14 is freed although it is free/);
  });

  it('refuse a bitmap that contradicts its descriptor', () => {
    const geometry = sampleGeometry({ blockSizeBits: 4, clustersPerGroup: clusters, groupCount: 1 });
    const shape = buddyShapeFor(4, clusters);
    const source = { ...sampleGroups(geometry, { 0: [[0, 5]] }), freeClusters: () => 100 };
    const groups = new Groups(shape, new GroupLayout(geometry), source, new Places(shape.orders), {
      optimizeScan: false,
      groupsPerPage: 1,
    });
    expect(() => groups.load(0)).toThrow(/group 0.*123 clusters are free.*says 100/);
  });
});
