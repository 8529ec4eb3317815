import { describe, expect, it } from 'vitest';
import { run, stampedUnit } from '../../../test/support/torn-writes.ts';
import {
  crashPlanInput,
  encodeMark,
  fateLines,
  fatesOf,
  Judge,
  NotedReads,
  parseCrashPlan,
  parseCrashPlanText,
  plainDrive,
  Promises,
  ReadMemo,
  SectorTable,
  simpler,
  StateView,
  crashPoints,
  unitFiles,
  type CrashPlanInput,
  type DiskLog,
  type LoggedWrite,
  type StateLayouts,
  type UnitMark,
} from './index.ts';

const unit = 2048;
const stamped = (generation: number, address: number) => stampedUnit(generation, unit, address);

/** Two units side by side on a disk that holds nothing else; generation 1 goes to the first, 2 to the second. */
const base = {
  sizeBytes: 2 * unit,
  read: (offset: number, length: number): Uint8Array => {
    const all = new Uint8Array(2 * unit);
    all.set(stamped(0, 0));
    all.set(stamped(0, unit), unit);
    return all.slice(offset, offset + length);
  },
};
const files = unitFiles([{ file: 'a', unit, units: 2 }]);
const layouts: StateLayouts = {
  kind: 'files',
  files: new Map([
    [
      'a',
      { sizeBytes: 2 * unit, extents: [{ logical: 0, physical: 0, length: 2 * unit, unwritten: false }] },
    ],
  ]),
};

function logOf(durable: boolean): DiskLog {
  const write = (generation: number, at: number, begin: number): LoggedWrite => {
    const place = { at, lengthBytes: unit, data: stamped(generation, at), dataAt: 0 };
    return { ...place, begin, end: begin + 1, durable: false };
  };
  const marks: [number, UnitMark][] = [
    [0, { mark: 'start', run: run.toString(16) }],
    [1, { mark: 'begins', generation: 1, writer: 1, address: 0, bytes: unit }],
    [4, { mark: 'acknowledged', generation: 1, durable }],
    [5, { mark: 'begins', generation: 2, writer: 1, address: unit, bytes: unit }],
    [8, { mark: 'acknowledged', generation: 2, durable }],
  ];
  return {
    diskBytes: base.sizeBytes,
    writes: [write(1, 0, 2), write(2, unit, 6)],
    flushes: [],
    marks: marks.map(([position, mark]) => ({ position, bytes: encodeMark(mark) })),
    positions: 9,
    cutBytes: 0,
  };
}

function verdictsOf(
  log: DiskLog,
  pieces: { write: number; from: number; to: number }[],
  position: number,
): string[] {
  const points = crashPoints(log, plainDrive);
  const view = new StateView(new SectorTable(log, base), points);
  view.show({ point: 0, pieces });
  const judge = new Judge(files, Promises.of(log));
  return judge
    .judge(view, layouts, position)
    .faults.map(({ unit: which, report }) => `${which} ${report.verdict}`);
}

describe('units of a crash state', () => {
  const first = { write: 0, from: 0, to: 4 };

  it('are right where all is old or new, and torn where a write is there in part', () => {
    const log = logOf(true);
    expect(verdictsOf(log, [], 2)).toEqual([]);
    expect(verdictsOf(log, [first], 2)).toEqual([]);
    expect(verdictsOf(log, [{ ...first, to: 3 }], 2)).toEqual(['0 torn']);
    expect(verdictsOf(log, [{ ...first, from: 1 }], 2)).toEqual(['0 torn']);
  });

  it('are stale where what was acknowledged as durable is gone', () => {
    expect(verdictsOf(logOf(true), [], 3)).toEqual([]);
    expect(verdictsOf(logOf(true), [], 4)).toEqual(['0 stale']);
    expect(verdictsOf(logOf(false), [], 4)).toEqual([]);
    expect(verdictsOf(logOf(true), [first], 8)).toEqual(['1 stale']);
  });

  it('are garbage where a write shows that was not begun yet', () => {
    expect(verdictsOf(logOf(true), [{ write: 1, from: 0, to: 4 }], 3)).toEqual(['1 garbage']);
  });

  it('are judged from their stamps alone where nobody put marks in: torn is found, nothing is promised', () => {
    const log = { ...logOf(true), marks: [] };
    expect(verdictsOf(log, [], 8)).toEqual([]);
    expect(verdictsOf(log, [{ write: 1, from: 0, to: 2 }], 8)).toEqual(['1 torn']);
    expect(Promises.of(log)).toMatchObject({ run, count: 2, start: 2 });
    const marks = logOf(true).marks.filter((_, at) => at === 0 || at === 2);
    expect(verdictsOf({ ...log, marks }, [], 8)).toEqual(['0 stale']);
    expect(() => Promises.of({ ...log, writes: [] })).toThrow(/neither marks nor stamped writes/);
  });

  it('are unusable with their file', () => {
    const log = logOf(true);
    const view = new StateView(new SectorTable(log, base), crashPoints(log, plainDrive));
    view.show({ point: 0, pieces: [] });
    const judge = new Judge(files, Promises.of(log));
    expect(judge.judge(view, { kind: 'unusable', why: 'no superblock' }, 1).unusable).toEqual([
      'no superblock',
    ]);
    const gone = new Map([['a', { error: 'it is not there' }]]);
    expect(judge.judge(view, { kind: 'files', files: gone }, 1).unusable).toEqual(['a: it is not there']);
    expect(judge.judgeBytes(new Map([['a', stamped(1, 0)]]), 2).faults).toMatchObject([{ unit: 1 }]);
    expect(judge.judgeBytes(new Map(), 2).unusable).toHaveLength(1);
  });
});

describe('an answer that is remembered', () => {
  const log = logOf(true);
  const points = crashPoints(log, plainDrive);
  const view = new StateView(new SectorTable(log, base), points);
  const show = (to: number): void =>
    view.show({ point: 0, pieces: to > 0 ? [{ write: 0, from: 0, to }] : [] });

  it('holds for states that show the same in what was read, and for no others', () => {
    const memo = new ReadMemo<string>(view.table);
    show(1);
    const noted = new NotedReads(view);
    noted.read(100, 200);
    noted.read(512, 10);
    memo.keep(view, noted.reads, 'one sector');
    show(1);
    expect(memo.find(view)).toBe('one sector');
    show(2);
    expect(memo.find(view)).toBeNull();
    show(0);
    expect(memo.find(view)).toBeNull();
    view.show({
      point: 0,
      pieces: [
        { write: 0, from: 0, to: 1 },
        { write: 1, from: 2, to: 4 },
      ],
    });
    expect(memo.find(view)).toBe('one sector');
  });

  it('holds for all where nothing was read that differs', () => {
    const memo = new ReadMemo<string>(view.table);
    memo.keep(view, [], 'always');
    show(3);
    expect(memo.find(view)).toBe('always');
  });
});

describe('the explanation of a state', () => {
  const log = logOf(true);
  const [point] = crashPoints(log, plainDrive);
  if (!point) throw new Error('a log has a crash point');

  it('tells what became of every write that mattered', () => {
    const state = { point: 0, pieces: [{ write: 1, from: 1, to: 3 }] };
    const fates = fatesOf(state, point, log);
    expect(fates).toMatchObject([
      { write: 0, generation: 1, fate: 'missing' },
      { write: 1, generation: 2, fate: 'part', sectors: [[1, 3]] },
    ]);
    expect(fateLines(fates)).toEqual([
      'write 0 (2048 bytes at byte 0 of the disk, generation 1): nothing of it is there',
      'write 1 (2048 bytes at byte 2048 of the disk, generation 2): of its 4 sectors only 1 to 2 are there',
    ]);
    expect(fateLines(fatesOf({ point: 0, pieces: [] }, point, log))).toEqual([
      '2 writes begun later: nothing of them is there',
    ]);
  });

  it('becomes shorter piece by piece', () => {
    const state = {
      point: 0,
      pieces: [
        { write: 0, from: 0, to: 2 },
        { write: 1, from: 0, to: 4 },
      ],
    };
    expect(simpler(state, log).map(({ pieces }) => pieces.length)).toEqual([1, 1, 2]);
  });
});

describe('a crash plan', () => {
  const target = { kind: 'loop' as const, size: '300MiB', mkfs: { fs: 'xfs' as const } };
  const plan: CrashPlanInput = {
    version: 1,
    target,
    files: [{ file: 'a', unit: '16KiB', units: 8 }],
    writes: { count: 9 },
  };

  it('has defaults, and reads what it writes', () => {
    const read = parseCrashPlan(plan);
    expect(read).toMatchObject({
      writes: { count: 9, atomic: false, direct: true, sync: 'dsync', depth: 1, order: 'random' },
      drive: plainDrive,
      states: 2000,
      seed: 1,
    });
    expect(parseCrashPlan(crashPlanInput(read))).toEqual(read);
    expect(parseCrashPlan({ ...plan, drive: { logicalBlock: 4096, cache: 'none' } }).drive).toEqual({
      logicalBlockBytes: 4096,
      atomicUnitBytes: 4096,
      atomicBoundaryBytes: 0,
      volatileCache: false,
    });
  });

  it('takes the emulated drive of a sandbox for its own, unless it names another', () => {
    const sandbox = {
      ...target,
      kind: 'sandbox' as const,
      drive: { kind: 'nvme' as const, atomicMax: '64KiB' },
    };
    expect(parseCrashPlan({ ...plan, target: sandbox }).drive).toEqual({
      ...plainDrive,
      atomicUnitBytes: 65536,
    });
    const half = parseCrashPlan({ ...plan, target: sandbox, drive: { atomicUnit: '32KiB' } });
    expect(half.drive.atomicUnitBytes).toBe(32768);
  });

  it.each<[string, unknown, RegExp]>([
    ['version', { ...plan, version: 2 }, /plan: version: must be 1/],
    ['an unknown field', { ...plan, oops: 1 }, /plan: oops: is not a field of a crash plan/],
    ['no writes', { ...plan, writes: undefined }, /plan: writes/],
    [
      'a unit of no whole sectors',
      { ...plan, files: [{ file: 'a', unit: 1000, units: 1 }] },
      /files\.0\.unit: must be a multiple of 512/,
    ],
    ['a file twice', { ...plan, files: [plan.files[0], plan.files[0]] }, /names a file more than once/],
    ['a file outside', { ...plan, files: [{ file: '../a', unit: 512, units: 1 }] }, /files\.0\.file/],
    [
      'another target',
      { ...plan, target: { kind: 'mounted', path: '/x' } },
      /must be of the kind "loop" or "sandbox"/,
    ],
  ])('refuses %s', (_, input, message) => {
    expect(() => parseCrashPlan(input)).toThrow(message);
  });

  it('refuses what is no JSON', () => {
    expect(() => parseCrashPlanText('{')).toThrow(/plan: JSON: /);
  });
});
