import { describe, expect, it } from 'vitest';
import { run, blockBytes, bytesOf } from '../../test/support/torn-writes.ts';
import {
  classifyUnit,
  journalHeader,
  journalRecord,
  readJournal,
  runOfJournal,
  WriteHistory,
  type JournalRecord,
} from './index.ts';

describe('the journal', () => {
  const place = { writer: 1, generation: 2 ** 40, address: 8192, bytes: 4096 };
  const records: JournalRecord[] = [
    { kind: 'begun', ...place },
    { kind: 'ended', moment: 2 ** 40 + 1, ...place },
    { kind: 'failed', moment: 2 ** 40 + 2, result: -5, ...place },
  ];

  it('is read back as it was written, past gaps and damage', () => {
    const bytes = new Uint8Array(5 * 40);
    records.forEach((record, index) => bytes.set(journalRecord(record), (index + (index > 0 ? 1 : 0)) * 40));
    bytes.set(journalRecord({ kind: 'begun', ...place }), 160);
    bytes[165] = 9;
    const read: JournalRecord[] = [];
    expect(readJournal(bytes, (record) => read.push(record))).toEqual({ gaps: 1, damaged: 1 });
    expect(read).toEqual(records);
    expect(runOfJournal(journalHeader(run))).toBe(run);
    expect(runOfJournal(new Uint8Array(4096))).toBeNull();
  });

  it('tells what a slot may hold', () => {
    const history = new WriteHistory({ run, blockBytes, slotBytes: 4096, promised: true });
    const at = { writer: 1, address: 4096, bytes: 4096 };
    expect(history.only(1)).toBe(0);
    history.take({ kind: 'begun', generation: 1, ...at });
    expect(history.only(1)).toBeNull();
    history.take({ kind: 'ended', generation: 1, moment: 2, ...at });
    expect(history.only(1)).toBe(1);
    history.take({ kind: 'begun', generation: 3, ...at });
    const unit = (generation: number, writer = 1) =>
      bytesOf({ run, writer, generation, address: 4096, bytes: 4096, blockBytes });
    const verdictOf = (generation: number, writer = 1) =>
      classifyUnit(unit(generation, writer), history.expectation(1)).verdict;
    expect([verdictOf(0, 0), verdictOf(1), verdictOf(3), verdictOf(7)]).toEqual([
      'stale',
      'old',
      'new',
      'garbage',
    ]);
    history.take({ kind: 'failed', generation: 3, moment: 4, result: -5, ...at });
    expect([verdictOf(1), verdictOf(3)]).toEqual(['old', 'new']);
    history.take({ kind: 'begun', generation: 5, ...at });
    history.take({ kind: 'ended', generation: 5, moment: 6, ...at });
    expect([verdictOf(1), verdictOf(3), verdictOf(5)]).toEqual(['stale', 'stale', 'new']);
  });

  it('lets any whole earlier state be where nothing was promised', () => {
    const history = new WriteHistory({ run, blockBytes, slotBytes: 4096, promised: false });
    for (const generation of [1, 3, 5]) {
      const at = { writer: 1, generation, address: 0, bytes: 4096 };
      history.take({ kind: 'begun', ...at });
      history.take({ kind: 'ended', moment: generation + 1, ...at });
    }
    const unit = (generation: number) =>
      bytesOf({ run, writer: generation ? 1 : 0, generation, address: 0, bytes: 4096, blockBytes });
    const verdicts = [0, 1, 3, 5, 6].map(
      (generation) => classifyUnit(unit(generation), history.expectation(0)).verdict,
    );
    expect(verdicts).toEqual(['old', 'old', 'old', 'new', 'garbage']);
    const torn = unit(3);
    torn.set(unit(1).subarray(0, 512));
    expect(classifyUnit(torn, history.expectation(0)).verdict).toBe('torn');
  });
});
