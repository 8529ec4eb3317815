import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base, draft, flushDraft, letters, logOf, sectors } from '../../../test/support/small-disk.ts';
import {
  crashPoints,
  cutsOf,
  enumerateStates,
  mayTear,
  plainDrive,
  sectorBytes,
  SectorTable,
  StateView,
  type DiskLog,
  type DriveModel,
  type LoggedWrite,
} from './index.ts';

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
