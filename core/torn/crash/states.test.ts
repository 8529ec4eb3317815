import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base, draft, flushDraft, letters, logOf } from '../../../test/support/small-disk.ts';
import {
  chooseStates,
  crashPoints,
  cutsOf,
  enumerateStates,
  mayTear,
  plainDrive,
  sectorBytes,
  SectorTable,
  stateName,
  stateOfName,
  StateView,
  type DiskLog,
  type LoggedFlush,
  type LoggedWrite,
} from './index.ts';

describe('crash points', () => {
  const write = (at: number, begin: number, end: number | null, durable = false): LoggedWrite => {
    const place = { at: at * sectorBytes, lengthBytes: sectorBytes };
    return { ...place, data: new Uint8Array(sectorBytes).fill(98 + at), dataAt: 0, begin, end, durable };
  };
  const log = (writes: LoggedWrite[], flushes: LoggedFlush[], positions: number): DiskLog => {
    return { diskBytes: base.sizeBytes, writes, flushes, marks: [], positions, cutBytes: 0 };
  };

  it('fixes what was answered before a flush began, once that was answered', () => {
    const points = crashPoints(
      log([write(0, 0, 1), write(1, 2, 4), write(2, 5, 6)], [{ begin: 3, end: 7 }], 8),
      plainDrive,
    );
    expect(points.map(({ position, free, newlyFixed }) => ({ position, free, newlyFixed }))).toEqual([
      { position: 6, free: [0, 1, 2], newlyFixed: [] },
      { position: 7, free: [1, 2], newlyFixed: [0] },
    ]);
  });

  it('fixes a durable write by itself, and every answered write where there is no cache', () => {
    const writes = [write(0, 0, 2), write(1, 1, 3, true)];
    expect(crashPoints(log(writes, [], 4), plainDrive).at(-1)?.free).toEqual([0]);
    expect(crashPoints(log(writes, [], 4), { ...plainDrive, volatileCache: false }).at(-1)?.free).toEqual([]);
  });

  it('begins where it is told to', () => {
    const points = crashPoints(
      log([write(0, 0, 1), write(1, 4, 5)], [{ begin: 2, end: 3 }], 6),
      plainDrive,
      4,
    );
    expect(points).toEqual([{ index: 0, position: 5, newlyFixed: [0], free: [1] }]);
  });
});

describe('the drive model', () => {
  const write = (at: number, count: number, data: Uint8Array | null = new Uint8Array(1)): LoggedWrite => {
    return { at: at * 512, lengthBytes: count * 512, data, dataAt: 0, begin: 0, end: 1, durable: false };
  };
  it.each([
    ['a sector', plainDrive, write(3, 1), false],
    ['two sectors', plainDrive, write(3, 2), true],
    ['the unit', { ...plainDrive, atomicUnitBytes: 16384 }, write(32, 32), false],
    ['more than the unit', { ...plainDrive, atomicUnitBytes: 16384 }, write(32, 33), true],
    ['the unit, not aligned', { ...plainDrive, atomicUnitBytes: 16384 }, write(33, 32), false],
    [
      'across a boundary',
      { ...plainDrive, atomicUnitBytes: 16384, atomicBoundaryBytes: 16384 },
      write(33, 32),
      true,
    ],
    [
      'up to a boundary',
      { ...plainDrive, atomicUnitBytes: 16384, atomicBoundaryBytes: 16384 },
      write(32, 32),
      false,
    ],
    ['zeros', { ...plainDrive, atomicUnitBytes: 16384 }, write(32, 8, null), true],
  ])('%s', (_, drive, one, tears) => {
    expect(mayTear(drive, one)).toBe(tears);
    expect(cutsOf(drive, one).length > 0).toBe(tears);
  });

  it('cuts between logical blocks only', () => {
    expect(cutsOf({ ...plainDrive, logicalBlockBytes: 4096, atomicUnitBytes: 4096 }, write(6, 20))).toEqual([
      2, 10, 18,
    ]);
  });
});

describe('a state', () => {
  it('has a name by which it is found again', () => {
    fc.assert(
      fc.property(
        fc.nat(99),
        fc.array(fc.record({ write: fc.nat(50), from: fc.nat(6), more: fc.integer({ min: 1, max: 2 }) })),
        (point, parts) => {
          const pieces = parts.map(({ write, from, more }) => ({ write, from, to: from + more }));
          const name = stateName({ point, pieces }, () => 8);
          expect(stateOfName(name, () => 8)).toEqual({ point, pieces });
        },
      ),
    );
  });

  it.each(['', '1', 'x:', '1:2-3', '1:2.3', '1:2.5-3', '1:2.0-9', '1:2,,3', '-1:2'])(
    '%s is no name',
    (name) => {
      expect(stateOfName(name, () => 8)).toBeNull();
    },
  );

  it('has the same key as another exactly where the bytes are the same, and segments that make it', () => {
    fc.assert(
      fc.property(
        fc.array(draft, { maxLength: 4 }),
        fc.array(flushDraft, { maxLength: 2 }),
        (drafts, flushes) => {
          const log = logOf(drafts, flushes, true);
          const points = crashPoints(log, plainDrive);
          const view = new StateView(new SectorTable(log, base), points);
          const byKey = new Map<string, string>();
          const keys = new Map<string, string>();
          for (const state of enumerateStates(log, points, plainDrive, { states: 100, seed: 1 })) {
            view.show(state);
            const bytes = view.read(0, base.sizeBytes);
            const content = letters(bytes);
            expect(byKey.get(view.contentKey) ?? content).toBe(content);
            expect(keys.get(content) ?? view.contentKey).toBe(view.contentKey);
            byKey.set(view.contentKey, content);
            keys.set(content, view.contentKey);
            expect(letters(fromSegments(view, log))).toBe(content);
            expect(view.read(700, 900).every((byte, i) => byte === bytes[700 + i])).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is chosen once for each content, and again where more was promised', () => {
    const drafts = [0, 2].map((at) => ({
      at,
      count: 1,
      begin: 5 * at,
      took: 1,
      answered: true,
      zeros: false,
    }));
    const log = logOf(drafts, [{ begin: 4, took: 1, answered: true }], false);
    const points = crashPoints(log, plainDrive);
    const view = new StateView(new SectorTable(log, base), points);
    const bounds = { states: 50, seed: 1 };
    const once = chooseStates(view, points, plainDrive, bounds, () => 0);
    expect([once.distinct, once.states.length, once.withCut]).toEqual([3, 3, 0]);
    const twice = chooseStates(view, points, plainDrive, bounds, (position) => position);
    expect([twice.distinct, twice.states.length]).toEqual([3, 4]);
  });
});

/** Follows segments as the recorder does: data of write i lies at 1e6 (i + 1) of the log. */
function fromSegments(view: StateView, log: DiskLog): Uint8Array {
  const bytes = base.read(0, base.sizeBytes);
  for (const { at, lengthBytes, from } of view.segments()) {
    const write = log.writes.find(
      ({ dataAt }) => dataAt !== null && from !== null && from >= dataAt && from < dataAt + 1e6,
    );
    const skip = (from ?? 0) - (write?.dataAt ?? 0);
    bytes.set(write?.data?.subarray(skip, skip + lengthBytes) ?? new Uint8Array(lengthBytes), at);
  }
  return bytes;
}
