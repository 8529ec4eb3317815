import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../ext4/index.ts';
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
  type DriveModel,
  type LoggedFlush,
  type LoggedWrite,
} from './index.ts';

const sectors = 6;

/** A disk whose sectors are each filled with one letter: `a` is the base's. */
const base: ByteSource = {
  sizeBytes: sectors * sectorBytes,
  read: (_, length) => new Uint8Array(length).fill(97),
};

interface Draft {
  readonly at: number;
  readonly count: number;
  readonly begin: number;
  readonly took: number;
  readonly answered: boolean;
  readonly zeros: boolean;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  at: fc.nat(sectors - 1),
  count: fc.integer({ min: 1, max: 3 }),
  begin: fc.nat(12),
  took: fc.nat(5),
  answered: fc.boolean(),
  zeros: fc.boolean(),
});
const flushDraft = fc.record({ begin: fc.nat(16), took: fc.nat(3), answered: fc.boolean() });

/** Puts drafts on one clock of whole positions. `overlap`: whether writes in flight together may share sectors. */
function logOf(
  drafts: readonly Draft[],
  flushes: readonly { begin: number; took: number; answered: boolean }[],
  overlap: boolean,
): DiskLog {
  const moments: { key: number; set: (position: number) => void }[] = [];
  const writes: { -readonly [K in keyof LoggedWrite]: LoggedWrite[K] }[] = [];
  const kept: { readonly draft: Draft; readonly write: LoggedWrite }[] = [];
  for (const [i, { at, count, begin, took, answered, zeros }] of drafts.entries()) {
    const lengthBytes = Math.min(count, sectors - at) * sectorBytes;
    const data = zeros ? null : new Uint8Array(lengthBytes).fill(98 + i);
    const write = {
      at: at * sectorBytes,
      lengthBytes,
      data,
      dataAt: zeros ? null : 1e6 * (i + 1),
      durable: false,
    };
    const made = { ...write, begin: -1, end: null as number | null };
    const rivals = kept.some(({ draft: other, write: placed }) => {
      const meets = placed.at < made.at + lengthBytes && made.at < placed.at + placed.lengthBytes;
      const together =
        begin <= (other.answered ? other.begin + other.took : 99) &&
        other.begin <= (answered ? begin + took : 99);
      return meets && together;
    });
    if (rivals && !overlap) continue;
    writes.push(made);
    kept.push({ draft: { at, count, begin, took, answered, zeros }, write: made });
    moments.push({ key: begin * 100 + i, set: (position) => (made.begin = position) });
    if (answered)
      moments.push({ key: (begin + took) * 100 + 50 + i, set: (position) => (made.end = position) });
  }
  const made: { begin: number; end: number | null }[] = flushes.map(({ begin, took, answered }, i) => {
    const flush = { begin: -1, end: null as number | null };
    moments.push({ key: begin * 100 + 80 + i, set: (position) => (flush.begin = position) });
    if (answered)
      moments.push({ key: (begin + took) * 100 + 90 + i, set: (position) => (flush.end = position) });
    return flush;
  });
  moments.sort((left, right) => left.key - right.key);
  for (const [position, { set }] of moments.entries()) set(position);
  writes.sort((left, right) => left.begin - right.begin);
  const sorted: LoggedFlush[] = made.sort((left, right) => left.begin - right.begin);
  const positions = moments.length;
  return { diskBytes: base.sizeBytes, writes, flushes: sorted, marks: [], positions, cutBytes: 0 };
}

function letters(bytes: Uint8Array): string {
  return Array.from({ length: sectors }, (_, i) => String.fromCharCode(bytes[i * sectorBytes] || 48)).join(
    '',
  );
}

/** Everything that the model allows after a crash at `position`: all orders, all subsets, all parts, one by one. */
function allowedAt(log: DiskLog, drive: DriveModel, position: number): Set<string> {
  const begun = log.writes.filter(({ begin }) => begin <= position);
  const isFixed = ({ end }: LoggedWrite): boolean =>
    end !== null &&
    end <= position &&
    (!drive.volatileCache ||
      log.flushes.some((flush) => flush.end !== null && flush.end <= position && end < flush.begin));
  const found = new Set<string>();
  for (const order of ordersOf(begun)) {
    let disks = new Set(['a'.repeat(sectors)]);
    for (const write of order)
      disks = new Set(
        [...disks].flatMap((disk) =>
          partsOf(write, drive, isFixed(write)).map((part) => put(disk, write, part)),
        ),
      );
    for (const disk of disks) found.add(disk);
  }
  return found;
}

/** All orders in which no write lies above one that began after it was answered. */
function ordersOf(writes: readonly LoggedWrite[]): LoggedWrite[][] {
  if (writes.length === 0) return [[]];
  return writes.flatMap((first) => {
    const rest = writes.filter((write) => write !== first);
    const mustWait = rest.some(({ end }) => end !== null && end < first.begin);
    return mustWait ? [] : ordersOf(rest).map((order) => [first, ...order]);
  });
}

/** Which sectors of a write may be there: bits, counted from its first. */
function partsOf(write: LoggedWrite, drive: DriveModel, isFixed: boolean): number[] {
  const count = write.lengthBytes / sectorBytes;
  const all = 2 ** count - 1;
  if (isFixed) return [all];
  if (!mayTear(drive, write)) return [0, all];
  return Array.from({ length: all + 1 }, (_, bits) => bits);
}

function put(disk: string, { at, data }: LoggedWrite, bits: number): string {
  const letter = data === null ? '0' : String.fromCharCode(data[0] ?? 0);
  return [...disk]
    .map((old, sector) => {
      const place = sector - at / sectorBytes;
      return place >= 0 && (bits >>> place) % 2 === 1 ? letter : old;
    })
    .join('');
}

const wholeDrive: DriveModel = { ...plainDrive, atomicUnitBytes: 2 ** 20 };
const drives = fc.record({
  logicalBlockBytes: fc.constant(sectorBytes),
  atomicUnitBytes: fc.constantFrom(1, 2, 8).map((count) => count * sectorBytes),
  atomicBoundaryBytes: fc.constantFrom(0, 2, 4).map((count) => count * sectorBytes),
  volatileCache: fc.boolean(),
});

/** Contents of the listed states, each with the position of its crash point. */
function listed(log: DiskLog, drive: DriveModel, states: number): { content: string; position: number }[] {
  const points = crashPoints(log, drive);
  const view = new StateView(new SectorTable(log, base), points);
  return enumerateStates(log, points, drive, { states, seed: 7 }).map((state) => {
    view.show(state);
    return { content: letters(view.read(0, base.sizeBytes)), position: points[state.point]?.position ?? -1 };
  });
}

describe('crash states against trying everything', () => {
  it('lists nothing that the model does not allow', () => {
    fc.assert(
      fc.property(
        fc.array(draft, { maxLength: 4 }),
        fc.array(flushDraft, { maxLength: 2 }),
        drives,
        (drafts, flushes, drive) => {
          const log = logOf(drafts, flushes, true);
          const allowed = new Map<number, Set<string>>();
          for (const { content, position } of listed(log, drive, 200)) {
            const here = allowed.get(position) ?? allowedAt(log, drive, position);
            allowed.set(position, here);
            expect(here).toContain(content);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('lists everything that the model allows at any moment, where writes are whole', () => {
    fc.assert(
      fc.property(
        fc.array(draft, { maxLength: 5 }),
        fc.array(flushDraft, { maxLength: 3 }),
        fc.boolean(),
        (drafts, flushes, volatileCache) => {
          const drive = { ...wholeDrive, volatileCache };
          const log = logOf(
            drafts.map((one) => ({ ...one, zeros: false })),
            flushes,
            false,
          );
          const found = new Set(listed(log, drive, 5000).map(({ content }) => content));
          for (let position = 0; position < log.positions; position++)
            for (const content of allowedAt(log, drive, position)) expect(found).toContain(content);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('cuts every write at each of its sectors', () => {
    fc.assert(
      fc.property(fc.array(draft, { minLength: 1, maxLength: 3 }), (drafts) => {
        const log = logOf(drafts, [], false);
        const found = new Set(listed(log, plainDrive, 5000).map(({ content }) => content));
        for (const write of log.writes)
          for (const cut of cutsOf(plainDrive, write)) {
            expect(found).toContain(put('a'.repeat(sectors), write, 2 ** cut - 1));
            const all = 2 ** (write.lengthBytes / sectorBytes) - 1;
            expect(found).toContain(put('a'.repeat(sectors), write, all - (2 ** cut - 1)));
          }
      }),
      { numRuns: 50 },
    );
  });

  it('gives the same states for the same seed, and others for another', () => {
    const drafts = [0, 1, 2, 3].map((at) => ({
      at,
      count: 3,
      begin: at,
      took: 9,
      answered: true,
      zeros: false,
    }));
    const log = logOf(drafts, [], true);
    const points = crashPoints(log, plainDrive);
    const states = (seed: number): string =>
      JSON.stringify(enumerateStates(log, points, plainDrive, { states: 60, seed }));
    expect(states(1)).toBe(states(1));
    expect(states(1)).not.toBe(states(2));
  });
});

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
