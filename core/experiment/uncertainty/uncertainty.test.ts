import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { HeldClusters } from '../../mballoc/index.ts';
import { sampleGeometry } from '../../../test/support/sample-filesystem.ts';
import { compareOutcomes } from '../compare.ts';
import type { Extent, Outcome } from '../outcome.ts';
import { explore, type Candidate } from './explore.ts';
import { freeSpaceOf, type HeldRange } from './held.ts';
import { allUncertain, mergeOutcomes } from './merge.ts';
import { intersectionOf, unionOf, without, type Span } from './ranges.ts';
import { suspectsOf } from './suspects.ts';

const extent = (logical: number, physical: number, length: number): Extent => ({
  ...{ logical, physical, length, state: 'written' },
});
const outcome = (...extents: Extent[]): Outcome => ({
  allocator: 'linux-6.18',
  steps: [{ op: 'write', result: 4096 }],
  files: { a: { extents } },
});

describe('ranges', () => {
  const spans = fc
    .array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 })))
    .map((pairs) => unionOf(pairs.map(([from, length]) => ({ from, end: from + length }))));
  const members = (list: readonly Span[]) =>
    new Set(list.flatMap(({ from, end }) => Array.from({ length: end - from }, (_, i) => from + i)));

  it('are subtracted and cut as sets are', () => {
    fc.assert(
      fc.property(spans, spans, (left, right) => {
        const [a, b] = [members(left), members(right)];
        expect(members(without(left, right))).toEqual(new Set([...a].filter((x) => !b.has(x))));
        expect(members(intersectionOf(left, right))).toEqual(new Set([...a].filter((x) => b.has(x))));
      }),
    );
  });
});

describe('outcomes of several states', () => {
  it('are certain where they agree', () => {
    const merged = mergeOutcomes([outcome(extent(0, 10, 4)), outcome(extent(0, 10, 4))], ['x']);
    expect(merged).toEqual({ ...outcome(extent(0, 10, 4)), certain: true });
  });

  it('mark exactly the blocks that differ, and where they may lie', () => {
    const merged = mergeOutcomes(
      [outcome(extent(0, 10, 4), extent(4, 50, 2)), outcome(extent(0, 10, 4), extent(4, 90, 3))],
      ['why'],
    );
    expect(merged).toMatchObject({
      certain: false,
      files: { a: { uncertain: [{ logical: 4, length: 3 }] } },
      uncertain: {
        because: ['why'],
        within: [
          { physical: 50, length: 2 },
          { physical: 90, length: 3 },
        ],
      },
    });
  });

  it('mark results that differ', () => {
    const full: Outcome = { ...outcome(), steps: [{ op: 'write', result: -1, errno: 'ENOSPC' }] };
    const merged = mergeOutcomes([outcome(), full], ['why']);
    expect(merged.steps[0]).toEqual({ op: 'write', result: 4096, uncertainResult: true });
    expect(compareOutcomes(merged, full)).toEqual([]);
  });

  it('are compared by what they declare', () => {
    const merged = mergeOutcomes(
      [outcome(extent(0, 10, 4), extent(4, 50, 2)), outcome(extent(0, 10, 4))],
      ['x'],
    );
    expect(compareOutcomes(merged, outcome(extent(0, 10, 4), extent(4, 51, 1)))).toEqual([]);
    expect(compareOutcomes(merged, outcome(extent(0, 11, 4)))).toHaveLength(1);
    expect(compareOutcomes(merged, outcome(extent(0, 10, 4), extent(4, 60, 1)))).toMatchObject([
      { kind: 'extent', predicted: null, actual: { physical: 60 } },
    ]);
  });

  it('may leave everything open but the results', () => {
    const open = allUncertain(outcome(extent(0, 10, 4)), {
      because: ['x'],
      within: [{ physical: 0, length: 100 }],
    });
    expect(compareOutcomes(open, outcome(extent(0, 96, 4)))).toEqual([]);
    expect(compareOutcomes(open, outcome(extent(0, 97, 4)))).toHaveLength(1);
  });
});

describe('held ranges', () => {
  const range = (start: number, clusters: number): HeldRange => ({
    group: 0,
    start,
    clusters,
    physical: start,
  });
  const geometry = sampleGeometry({ firstDataBlock: 0 });
  const by = (held: HeldRange[], probes: Parameters<typeof suspectsOf>[2]) =>
    suspectsOf(geometry, held, probes, 512).map((suspect) => [suspect.start, suspect.by]);

  it('are what the disk calls free and the buddies do not', () => {
    const clusters = geometry.blocksPerGroup;
    const bitmap = new Uint8Array(clusters / 8).fill(0xff);
    bitmap[2] = 0;
    const volume = {
      geometry: { ...geometry, groupCount: 1, blocksCount: clusters },
      blockBitmap: () => bitmap,
    };
    const { onDisk, held } = freeSpaceOf(volume, [{ from: 20, end: 24 }]);
    expect(onDisk).toEqual([{ from: 16, end: 24 }]);
    expect(held).toEqual([{ group: 0, start: 16, clusters: 4, physical: 16 }]);
    expect(() => freeSpaceOf(volume, [{ from: 20, end: 25 }])).toThrow(/changed/);
  });

  it('belong to the locality group behind a probe', () => {
    const probe = { physical: 1000, blocks: 4, isNew: false, goal: null };
    expect(by([range(1004, 20), range(2000, 20)], [probe])).toEqual([
      [1004, 'locality-group'],
      [2000, 'unknown'],
    ]);
  });

  it('are others’ where a probe passed them by', () => {
    const probe = { physical: 1000, blocks: 4, isNew: false, goal: 3000 };
    expect(by([range(2000, 20)], [probe])).toEqual([[2000, 'unknown']]);
    const own = range(1004, 9);
    expect(by([own, range(2000, 20), range(2500, 3), range(100, 20)], [probe])).toEqual([
      [1004, 'locality-group'],
      [2000, 'others'],
      [2500, 'unknown'],
      [100, 'unknown'],
    ]);
    expect(by([own, range(100, 20), range(200, 3)], [{ ...probe, isNew: true }])).toEqual([
      [1004, 'locality-group'],
      [100, 'others'],
      [200, 'unknown'],
    ]);
  });
});

describe('exploring', () => {
  const candidate = (start: number): Candidate => ({
    ...{ group: 0, start, clusters: 8, physical: start, by: 'unknown' },
  });
  /** A plan whose only file goes to the nearest range of the locality group, else to block 900. */
  const nearest = (held: readonly HeldClusters[]) => {
    const own = held.filter((each) => each.by === 'locality-group').sort((a, b) => a.start - b.start)[0];
    return {
      outcome: outcome(extent(0, own?.start ?? 900, 1)),
      fates: held.map((each) => (each === own ? ('used' as const) : ('untouched' as const))),
    };
  };

  it('asks only for what matters', () => {
    const { outcomes, complete } = explore([candidate(10), candidate(20)], nearest);
    const places = outcomes
      .map(({ files }) => files['a'])
      .map((a) => a && 'extents' in a && a.extents?.[0]?.physical);
    expect(complete).toBe(true);
    expect(new Set(places)).toEqual(new Set([10, 20, 900]));
  });

  it('says when there would be too much to try', () => {
    const many = Array.from({ length: 40 }, (_, i) => candidate(10 * i));
    expect(explore(many, nearest).complete).toBe(false);
  });
});
