import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Extent, Outcome } from '../outcome.ts';
import { parsePlan, type PlanInput } from '../plan.ts';
import { addTotals, judgeSide, unitSum } from './compare.ts';
import { placeOf, unitsOf } from './units.ts';
import { withAtomic, withoutAtomic } from './variants.ts';

const block = 4096;
const target = { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: [] } } as const;

function planOf(...steps: PlanInput['steps']) {
  return parsePlan({ version: 1, target, steps });
}

function written(logical: number, length: number, physical: number): Extent {
  return { logical, length, physical, state: 'written' };
}

describe('units', () => {
  it.each([
    ['a power of two at its multiple', { offset: 8 * block, length: 4 * block }, null, 1],
    ['elsewhere', { offset: 2 * block, length: 4 * block }, null, 0],
    ['three blocks', { offset: 0, length: 3 * block }, null, 0],
    ['part of a block', { offset: 0, length: 512 }, null, 0],
    ['nothing', { offset: 0, length: 0 }, null, 0],
    ['all that are covered whole', { offset: block, length: 10 * block }, 4 * block, 1],
    ['of one block', { offset: block, length: 3 * block }, block, 3],
  ])('%s', (_what, range, unitBytes, count) => {
    const [step] = planOf({ op: 'write', file: 'a', ...range }).steps;
    expect(unitsOf(step, block, unitBytes)).toHaveLength(count);
  });

  it.each([
    ['aligned', [written(0, 8, 64)]],
    ['misaligned', [written(0, 8, 66)]],
    ['aligned', [written(0, 4, 100), written(4, 4, 128)]],
    ['split', [written(0, 6, 64), written(6, 2, 90)]],
    ['missing', [written(0, 6, 64)]],
    ['missing', []],
  ] as const)('are %s', (place, extents) => {
    expect(placeOf({ logical: 4, length: 4 }, extents)).toBe(place);
  });

  it('two states are still one place', () => {
    const unwritten = { ...written(6, 2, 66), state: 'unwritten' } as const;
    expect(placeOf({ logical: 4, length: 4 }, [written(4, 2, 64), unwritten])).toBe('aligned');
  });

  it('lie as their blocks do', () => {
    const blocks = fc.array(fc.option(fc.nat(40), { nil: null }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(blocks, (physical) => {
        const extents = physical.flatMap((at, index) => (at === null ? [] : [written(index, 1, at)]));
        const isWhole = !physical.includes(null);
        const inOne = isWhole && physical.every((at, index) => at === (physical[0] ?? 0) + index);
        const expected = !isWhole
          ? 'missing'
          : !inOne
            ? 'split'
            : (physical[0] ?? 0) % 4 === 0
              ? 'aligned'
              : 'misaligned';
        expect(placeOf({ logical: 0, length: 4 }, extents)).toBe(expected);
      }),
    );
  });
});

describe('a side', () => {
  const plan = planOf(
    { op: 'write', file: 'a', offset: 0, length: 4 * block, atomic: true },
    { op: 'write', file: 'a', offset: 4 * block, length: 4 * block, direct: false },
    { op: 'write', file: 'a', offset: 8 * block, length: 4 * block, atomic: true },
  );
  const outcome: Outcome = {
    allocator: 'rfc-2023-11',
    steps: [
      { op: 'write', result: 4 * block },
      { op: 'write', result: 4 * block },
      { op: 'write', result: -1, errno: 'EIO', warnings: ['x:1: y'] },
    ],
    files: { a: { extents: [written(0, 4, 64), written(4, 4, 70), written(8, 2, 90)] } },
  };
  const observation = {
    steps: [
      { extents: [written(0, 4, 64)], leftOverBlocks: 0 },
      { extents: [], leftOverBlocks: 0 },
      { extents: [written(8, 2, 90)], leftOverBlocks: 2 },
    ],
    free: { clusters: 100, runs: 3, largestRun: 60 },
  };
  const side = judgeSide(plan, { outcome, observation, blockBytes: block, writes: 'as-asked' }, null);

  it('judges each unit where it lies, delayed data where it came to lie', () => {
    expect(side.steps.map(({ units }) => units)).toMatchObject([
      { aligned: 1 },
      { misaligned: 1 },
      { refused: 1 },
    ]);
    expect(side.steps[1]?.extents).toEqual([written(4, 4, 70)]);
    expect(unitSum(side.totals.units)).toBe(3);
  });

  it('sums up refusals, what they left, and files', () => {
    expect(side.totals).toMatchObject({
      refusedSteps: 1,
      warnings: 1,
      leftOverBlocks: 2,
      files: 1,
      extents: 3,
    });
    const both = addTotals([side.totals, { ...side.totals, free: { clusters: 5, runs: 1, largestRun: 5 } }]);
    expect(both).toMatchObject({
      refusedSteps: 2,
      extents: 6,
      free: { clusters: 105, runs: 4, largestRun: 5 },
    });
  });
});

describe('variants', () => {
  const plan = planOf(
    { op: 'write', file: 'a', offset: 0, length: 4 * block },
    { op: 'write', file: 'a', offset: 4 * block, length: 3 * block, sync: 'sync' },
    { op: 'write', file: 'a', offset: 0, length: block, direct: false },
  );

  it('ask for RWF_ATOMIC where a write can be untorn, and for a sync with it', () => {
    const { steps } = withAtomic(plan, block);
    expect(steps).toMatchObject([
      { atomic: true, sync: 'dsync' },
      { atomic: false, sync: 'sync' },
      { atomic: false },
    ]);
    expect(withoutAtomic(withAtomic(plan, block)).steps).toMatchObject(
      plan.steps.map(() => ({ atomic: false })),
    );
  });
});
