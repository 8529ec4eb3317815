import { safeParse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { parsePlan, type Plan } from '../../core/experiment/plan.ts';
import { contract, layerCellsMax } from '../../core/rpc/index.ts';
import type { Laboratory, PredictWork } from './laboratory.ts';
import { mirrorProcedures } from './mirror.ts';

const plan = parsePlan({
  version: 1,
  target: { kind: 'loop', size: '64MiB', mkfs: { fs: 'ext4', args: [] } },
  steps: [
    { op: 'create', file: 'a' },
    { op: 'write', file: 'a', offset: 0, length: 4096 },
  ],
});
const context = { emit: () => undefined, cancellation: { requested: false, onRequest: () => undefined } };
const work = { onProgress: () => undefined, signal: new AbortController().signal };
const layers = {
  before: [],
  after: [],
  waiting: [],
  buddies: [],
  preallocations: [],
  groups: [0, 8, 7, 2, 5, 0, 1],
  untold: 0,
};

/** The calls over a mirror that answers `known`, and what it was asked. */
function calls(known: object) {
  const asked: { plan: Plan; work: PredictWork }[] = [];
  const laboratory = {
    predict: (one: Plan, given: PredictWork) => {
      asked.push({ plan: one, work: given });
      return Promise.resolve({
        outcome: { allocator: 'linux-6.18', steps: [], files: {} },
        volume: null,
        ...known,
      });
    },
  } as unknown as Laboratory;
  return {
    asked,
    ...mirrorProcedures(
      laboratory,
      () => plan,
      () => work,
    ),
  };
}

describe('plan.layers', () => {
  const request = { text: '{}', moment: 1, ranges: [0, 100, 200, 50], grainBlocks: 4 };

  it('cuts the plan off at the moment', async () => {
    const { asked, 'plan.layers': call } = calls({ layers });
    expect(await call(request, context)).toEqual(layers);
    expect(asked[0]?.plan.steps).toHaveLength(1);
    expect(asked[0]?.work.layers).toMatchObject({
      moment: 1,
      grainBlocks: 4,
      ranges: [
        { physical: 0, length: 100 },
        { physical: 200, length: 50 },
      ],
    });
  });

  it('says so where nothing is known', async () => {
    await expect(calls({})['plan.layers'](request, context)).rejects.toMatchObject({ code: 'unable' });
  });

  it.each([
    ['too many cells', { ranges: [0, 4 * layerCellsMax + 4], grainBlocks: 4 }],
    ['no grain', { grainBlocks: 0 }],
    ['ranges that overlap', { ranges: [0, 10, 5, 10] }],
    ['too many ranges', { ranges: Array.from({ length: 130 }, (_, at) => (at % 2 === 0 ? at * 10 : 1)) }],
    ['a moment before the first', { moment: -1 }],
  ])('is refused with %s', (_, wrong) => {
    const { input } = contract['plan.layers'];
    expect(safeParse(input, request).success).toBe(true);
    expect(safeParse(input, { ...request, ...wrong }).success).toBe(false);
  });
});

describe('plan.explain', () => {
  const free = { kind: 'free', ino: 12, physical: 100, lengthBlocks: 1, flags: ['METADATA'], pieces: [] };
  const trace = { mount: [free], steps: [[], [free, free]], layouts: [] };

  it('tells what led to one moment, or everything', async () => {
    const { 'plan.explain': call, asked } = calls({ decisions: [trace] });
    const told = async (moment: number | null) =>
      (await call({ text: '{}', moment }, context)).sections.map((one) => [one.moment, one.predicted.length]);
    expect(await told(null)).toEqual([
      [0, 1],
      [2, 2],
    ]);
    expect(await told(2)).toEqual([[2, 2]]);
    expect(await told(1)).toEqual([]);
    expect(asked.every(({ work: given }) => given.explain)).toBe(true);
  });

  it('tells no more than it may, and how much that leaves out', async () => {
    const many = { mount: [], steps: [Array.from({ length: 1000 }, () => free)], layouts: [] };
    const { sections } = await calls({ decisions: [many] })['plan.explain'](
      { text: '{}', moment: 1 },
      context,
    );
    expect(sections.map(({ predicted, untold }) => predicted.length + untold)).toEqual([1000]);
    expect(sections[0]?.predicted.length).toBeLessThan(1000);
  });

  it('says so where no allocator is modelled', async () => {
    await expect(calls({})['plan.explain']({ text: '{}', moment: null }, context)).rejects.toMatchObject({
      code: 'unable',
    });
  });
});
