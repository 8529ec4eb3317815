import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { run, stampedUnit } from '../../../test/support/torn-writes.ts';
import {
  crashOutcomeOf,
  crashPoints,
  encodeMark,
  Exploration,
  Judge,
  parseCrashPlan,
  plainDrive,
  Promises,
  SectorTable,
  StateView,
  unitFiles,
  type CrashState,
  type DiskLog,
  type StateLayouts,
} from './index.ts';

const unit = 2048;
const stamped = (generation: number) => stampedUnit(generation, unit);

/** One unit, written once, on a disk that holds nothing else; the write was never answered. */
const log: DiskLog = {
  diskBytes: unit,
  writes: [{ at: 0, lengthBytes: unit, data: stamped(1), dataAt: 0, begin: 2, end: null, durable: false }],
  flushes: [],
  marks: [
    { position: 0, bytes: encodeMark({ mark: 'start', run: run.toString(16) }) },
    {
      position: 1,
      bytes: encodeMark({ mark: 'begins', generation: 1, writer: 1, address: 0, bytes: unit }),
    },
  ],
  positions: 3,
  cutBytes: 0,
};
const base = {
  sizeBytes: unit,
  read: (from: number, length: number) => stamped(0).slice(from, from + length),
};
const layouts: StateLayouts = {
  kind: 'files',
  files: new Map([
    ['a', { sizeBytes: unit, extents: [{ logical: 0, physical: 0, length: unit, unwritten: false }] }],
  ]),
};
const plan = parseCrashPlan({
  version: 1,
  target: { kind: 'loop', size: '300MiB', mkfs: { fs: 'ext4' } },
  files: [{ file: 'a', unit: '2KiB', units: 1 }],
  writes: { count: 1 },
});

function explore(recall: () => StateLayouts | null = () => layouts): Exploration {
  const points = crashPoints(log, plainDrive);
  const view = new StateView(new SectorTable(log, base), points);
  const promises = Promises.of(log);
  const judge = new Judge(unitFiles(plan.files), promises);
  const piece = (from: number, to: number) => ({ write: 0, from, to });
  const states: CrashState[] = [[], [piece(0, 4)], [piece(0, 1), piece(2, 3)], [piece(0, 3)]].map(
    (pieces) => ({ point: 0, pieces }),
  );
  const outcomes = states.map((state) => {
    view.show(state);
    return crashOutcomeOf(judge.judge(view, layouts, points[0]?.position ?? 0));
  });
  return new Exploration({ plan, view, points, promises, judge, recall }, states, outcomes);
}

describe('the states of a check', () => {
  it('are counted by crash point and outcome', () => {
    expect(explore().points(0, 10)).toEqual([
      { index: 0, position: 2, free: 1, counts: [2, 0, 2, 0, 0, 0, 0, 0] },
    ]);
    expect(explore().points(1, 10)).toEqual([]);
  });

  it('are listed page by page', () => {
    const torn = { from: 0, to: 1, outcome: 'torn' } as const;
    const { total, states } = explore().states(torn, { skip: 1, take: 5 });
    expect(total).toBe(2);
    expect(states).toEqual([{ name: '0:0.0-3', point: 0, outcome: 'torn', whole: 0, parts: 1, missing: 0 }]);
    expect(explore().states({ ...torn, outcome: null }, { skip: 0, take: 2 }).states).toHaveLength(2);
    expect(explore().states({ ...torn, from: 7, to: 9 }, { skip: 0, take: 2 })).toEqual({
      total: 0,
      states: [],
    });
  });

  it('are explained, each with the plainest of its kind', () => {
    const state = explore().state('0:0.0-1,0.2-3');
    expect(state).toMatchObject({
      outcome: 'torn',
      parts: 1,
      faults: [{ file: 'a', unit: 0, verdict: 'torn' }],
    });
    expect(state?.explanation[0]).toContain('of its 4 sectors only 0, 2 are there');
    expect(state?.simplest.split(',')).toHaveLength(1);
    expect(explore().state('0:')).toMatchObject({ outcome: 'sound', simplest: '0:', missing: 1 });
  });

  it('show a unit sector by sector, with the bytes that lie there', () => {
    const detail = explore().unit('0:0.0-3', { file: 'a', unit: 0 }, { skip: 2, take: 2 });
    expect(detail).toMatchObject({ verdict: 'torn', blockCount: 4, blockBytes: 512 });
    const [third, fourth] = detail?.blocks ?? [];
    expect(third).toMatchObject({
      index: 2,
      disk: 1024,
      state: 'intact',
      origin: { kind: 'write', generation: 1 },
      stamp: { run: '1122334455667788', writer: 1, generation: 1, blockIndex: 2 },
    });
    expect(fourth).toMatchObject({ index: 3, origin: { kind: 'write', generation: 0 } });
    expect(Buffer.from(third?.hex ?? '', 'hex')).toEqual(Buffer.from(stamped(1).subarray(1024, 1536)));
  });

  it.each(['0:1', '9:0', 'nonsense', '0:0.3-9'])('are not made up: %s', (name) => {
    expect(explore().state(name)).toBeNull();
    expect(explore().unit(name, { file: 'a', unit: 0 }, { skip: 0, take: 1 })).toBeNull();
  });

  it('are not told of where only a mount could tell', () => {
    expect(explore(() => null).state('0:0.0-3')).toBeNull();
    expect(explore().unit('0:', { file: 'b', unit: 0 }, { skip: 0, take: 1 })).toBeNull();
    expect(explore().unit('0:', { file: 'a', unit: 1 }, { skip: 0, take: 1 })).toBeNull();
  });
});
