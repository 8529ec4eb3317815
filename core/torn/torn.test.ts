import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyReadings,
  classifyUnit,
  faultKinds,
  fillUnit,
  isFault,
  journalHeader,
  journalRecord,
  pictureLines,
  readBlocks,
  readJournal,
  runOfJournal,
  seedFault,
  tornToJunit,
  WriteHistory,
  type Expectation,
  type JournalRecord,
  type UnitStamp,
  type WriteRecord,
} from './index.ts';

const run = 0x1122334455667788n;
const blockBytes = 512;
const address = 2 ** 33;

function stamp(generation: number, writer = 1, bytes = 4096, at = address): UnitStamp {
  return { run, writer, generation, address: at, bytes, blockBytes };
}

function bytesOf(unit: UnitStamp): Uint8Array {
  const bytes = new Uint8Array(unit.bytes);
  fillUnit(bytes, unit);
  return bytes;
}

function write(generation: number, more: Partial<WriteRecord> = {}): WriteRecord {
  const begunAt = generation * 10;
  return {
    writer: 1,
    generation,
    address,
    bytes: 4096,
    begunAt,
    endedAt: begunAt + 5,
    promised: true,
    ...more,
  };
}

const inFlight = { endedAt: null, promised: false };

function expecting(...writes: WriteRecord[]): Expectation {
  return { run, address, blockBytes, writes };
}

/** The first `blocks` blocks of one, the others of the other. */
function cut(one: UnitStamp, other: UnitStamp, blocks: number): Uint8Array {
  const bytes = bytesOf(other);
  bytes.set(bytesOf(one).subarray(0, blocks * blockBytes));
  return bytes;
}

describe('a stamp', () => {
  it('stands where docs/torn.md says', () => {
    const bytes = bytesOf(stamp(7, 3));
    const hex = [...bytes.subarray(512, 512 + 64)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(hex).toBe(
      [
        '5554524e', // UTRN
        '01', // version
        '09', // 512 bytes
        '0300', // writer
        '8877665544332211', // run
        '0700000000000000', // generation
        '0000000002000000', // address
        '00100000', // bytes
        '00000000',
        '01000000', // block index
        hex.slice(88, 96), // checksum: the vector below
        hex.slice(96),
      ].join(''),
    );
    expect(hex.slice(88)).toMatchInlineSnapshot(`"b9a8018b9cf5cbaef7ad6fd04d6f034d345c2293"`);
  });

  it('is read back as it was written', () => {
    const block = fc.constantFrom(512, 1024, 4096);
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.nat(65535),
        fc.maxSafeNat(),
        fc.maxSafeNat(),
        block,
        fc.integer({ min: 1, max: 8 }),
        (anyRun, writer, generation, anyAddress, size, count) => {
          const unit = {
            run: anyRun,
            writer,
            generation,
            address: anyAddress,
            bytes: size * count,
            blockBytes: size,
          };
          const readings = readBlocks(bytesOf(unit), size);
          expect(readings).toEqual(
            readings.map((_, blockIndex) => ({ state: 'intact', stamp: { ...unit, blockIndex } })),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('does not survive any flipped bit', () => {
    fc.assert(
      fc.property(fc.nat(511), fc.nat(7), (at, bit) => {
        const bytes = bytesOf(stamp(7, 3, 512));
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(readBlocks(bytes, 512)[0]?.state).toMatch(/^(damaged|unstamped)$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('makes two writes differ in every eight bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1000 }), (generation, more) => {
        const one = new BigUint64Array(bytesOf(stamp(generation)).buffer);
        const other = new BigUint64Array(bytesOf(stamp(generation + more)).buffer);
        for (let at = 6; at < one.length; at++) if (at % 64 >= 6) expect(one[at]).not.toBe(other[at]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a unit is', () => {
  const verdictOf = (bytes: Uint8Array, expectation: Expectation) => classifyUnit(bytes, expectation).verdict;
  const old = write(1);
  const flying = write(2, inFlight);

  it('new or old while its last write is in flight', () => {
    expect(verdictOf(bytesOf(stamp(2)), expecting(old, flying))).toBe('new');
    expect(verdictOf(bytesOf(stamp(1)), expecting(old, flying))).toBe('old');
    expect(verdictOf(bytesOf(stamp(1)), expecting(old))).toBe('new');
  });

  it('old as zeros where nothing was there before', () => {
    const zeros = new Uint8Array(4096);
    expect(verdictOf(zeros, { ...expecting(flying), beginsAsZeros: true })).toBe('old');
    expect(verdictOf(zeros, expecting(flying))).toBe('garbage');
    expect(verdictOf(zeros, { ...expecting(write(2)), beginsAsZeros: true })).toBe('stale');
    const half = bytesOf(stamp(2));
    half.fill(0, 1024);
    expect(verdictOf(half, { ...expecting(flying), beginsAsZeros: true })).toBe('torn');
  });

  it('torn wherever it is cut', () => {
    for (let blocks = 1; blocks < 8; blocks++) {
      const report = classifyUnit(cut(stamp(2), stamp(1), blocks), expecting(old, flying));
      expect(report.verdict).toBe('torn');
      expect(report.text).toContain('generation 2 of writer 1');
      expect(report.blocks.map(({ origin }) => (origin.kind === 'write' ? origin.generation : 0))).toEqual([
        ...Array<number>(blocks).fill(2),
        ...Array<number>(8 - blocks).fill(1),
      ]);
    }
  });

  it('torn below a block, and says whose bytes they are', () => {
    const bytes = bytesOf(stamp(2));
    bytes.set(bytesOf(stamp(1)).subarray(600, 800), 600);
    const report = classifyUnit(bytes, expecting(old, flying));
    expect(report.verdict).toBe('torn');
    expect(report.text).toContain('bytes 88 to 287 are of generation 1 of writer 1');
  });

  it('of mixed writers where two wrote at once', () => {
    const one = write(1, { endedAt: 40 });
    const two = write(2, { writer: 2, endedAt: 41 });
    expect(verdictOf(cut(stamp(2, 2), stamp(1), 3), expecting(one, two))).toBe('mixed-writers');
    expect(verdictOf(bytesOf(stamp(1)), expecting(one, two))).toBe('old');
    expect(verdictOf(bytesOf(stamp(2, 2)), expecting(one, two))).toBe('new');
  });

  it('explained by another write to the same blocks at the same time, if there was one', () => {
    const long = write(2, { writer: 1, ...inFlight });
    const short = write(3, { writer: 2, address: address + 1024, bytes: 512 });
    const bytes = bytesOf(stamp(1));
    bytes.set(bytesOf(stamp(2)).subarray(1024, 1536), 1024);
    const told = (...writes: WriteRecord[]) => classifyUnit(bytes, expecting(write(1), long, ...writes));
    expect(told(short)).toMatchObject({ verdict: 'torn' });
    expect(told(short).text).toMatch(/block 2: .*\. Generation 2 was under way together with generation 3/);
    const another = write(5, { writer: 3, address: address + 3072, bytes: 512 });
    bytes.set(bytesOf(stamp(2)).subarray(3072, 3584), 3072);
    expect(told(short, another).text).toContain('together with generations 3, 5, which cover');
    expect(told(short).text).not.toContain('together');
    // Of two that lie upon each other, both are parts.
    const mixed = bytesOf(stamp(4, 2));
    mixed.set(bytesOf(stamp(2)).subarray(0, 512));
    const { verdict, text } = classifyUnit(
      mixed,
      expecting(write(1), long, write(4, { writer: 2, ...inFlight })),
    );
    expect(verdict).toBe('mixed-writers');
    expect(text).toContain('Generation 2 was under way together with generation 4');
    // Elsewhere, over before, or not there at all: then the long write is torn by itself.
    const elsewhere = { ...short, address: address + 2048 };
    const before = { ...short, generation: 1.5, begunAt: 16, endedAt: 19, promised: false };
    for (const others of [[], [elsewhere], [before]]) {
      expect(told(...others)).toMatchObject({ verdict: 'torn' });
      expect(told(...others).text).not.toContain('together');
    }
  });

  it('stale where a promised write is gone', () => {
    const report = classifyUnit(bytesOf(stamp(1)), expecting(old, write(2), write(3, inFlight)));
    expect(report.verdict).toBe('stale');
    expect(report.text).toContain('generation 2 of writer 1 was promised and is gone');
    expect(verdictOf(bytesOf(stamp(1)), expecting(old, write(2, { promised: false })))).toBe('old');
  });

  it('misplaced, garbage or unreadable', () => {
    expect(verdictOf(bytesOf(stamp(1, 1, 4096, 0)), expecting(old))).toBe('misplaced');
    expect(verdictOf(bytesOf(stamp(9)), expecting(old))).toBe('garbage');
    expect(verdictOf(bytesOf({ ...stamp(1), run: 1n }), { ...expecting(), writes: [] })).toBe('garbage');
    expect(verdictOf(bytesOf({ ...stamp(1), run: 1n }), expecting(old))).toBe('stale');
    const readings = readBlocks(bytesOf(stamp(1)), blockBytes);
    readings[3] = { state: 'unreadable', error: 'EIO' };
    const report = classifyReadings(readings, expecting(old));
    expect(report.verdict).toBe('unreadable');
    expect(report.text).toContain('EIO');
  });

  it('right where smaller writes lie over a larger one, and torn where one of them is cut', () => {
    const large = write(1, { bytes: 8192 });
    const small = write(2);
    const bytes = bytesOf(stamp(1, 1, 8192));
    bytes.set(bytesOf(stamp(2)));
    expect(verdictOf(bytes, expecting(large, small))).toBe('new');
    bytes.set(bytesOf(stamp(1, 1, 8192)).subarray(2048, 4096), 2048);
    expect(verdictOf(bytes, expecting(large, small))).toBe('torn');
    expect(verdictOf(bytesOf(stamp(1, 1, 8192)), expecting(large, small))).toBe('stale');
  });

  it('never a fault when whole writes of any sizes came in an order that the clock allows', () => {
    // Writes of several sizes, some in flight at once, applied whole in an order that the clock allows.
    const sizes = fc.constantFrom(1, 2, 4, 8);
    const step = fc.record({ size: sizes, at: fc.nat(7), late: fc.nat(3), done: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        const bytes = bytesOf(stamp(0, 0));
        const writes = [write(0, { writer: 0, begunAt: 0, endedAt: 0 })];
        steps.forEach(({ size, at, late, done }, index) => {
          const generation = index + 1;
          const from = (at - (at % size)) * blockBytes;
          const unit = stamp(generation, 1 + (index % 3), size * blockBytes, address + from);
          bytes.set(bytesOf(unit), from);
          // Applied at moment 10 g; begun up to 30 earlier, ended up to 30 later.
          const begunAt = Math.max(1, generation * 10 - late * 10);
          const endedAt = done ? generation * 10 + late * 10 : null;
          writes.push(
            write(generation, {
              writer: unit.writer,
              address: unit.address,
              bytes: unit.bytes,
              begunAt,
              endedAt,
              promised: done,
            }),
          );
        });
        const report = classifyUnit(bytes, expecting(...writes));
        expect(isFault(report.verdict), report.text).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('explained in rows of hex and words', () => {
    const bytes = cut(stamp(2), stamp(1), 3);
    expect(pictureLines(classifyUnit(bytes, expecting(old, flying)), bytes)).toMatchInlineSnapshot(`
      [
        "torn: the 4096 bytes at byte 8589934592 are of several moments: blocks 0-2: generation 2 of writer 1 (3 of its 8 blocks); blocks 3-7: generation 1 of writer 1 (5 of its 8 blocks)",
        "  block        byte",
        "    0-2  8589934592  55 54 52 4e 01 09 01 00 88 77 66 55 44 33 22 11 02 00 00 00 00 00 00 00  generation 2 of writer 1",
        "    3-7  8589936128  55 54 52 4e 01 09 01 00 88 77 66 55 44 33 22 11 01 00 00 00 00 00 00 00  generation 1 of writer 1",
      ]
    `);
  });
});

describe('seeded faults', () => {
  it.each(faultKinds)('%s is found every time', (kind) => {
    const size = fc.constantFrom(512, 4096, 65536);
    fc.assert(
      fc.property(size, fc.infiniteStream(fc.nat()), (bytes, draws) => {
        const current = stamp(5, 2, bytes);
        const earlier = stamp(3, 1, bytes);
        const neighbour = stamp(4, 2, bytes, address + bytes);
        const unit = bytesOf(current);
        const below = (limit: number): number => (draws.next().value as number) % limit;
        const fault = seedFault(kind, unit, { current, earlier, neighbour }, below);
        const writes = [write(3, { bytes }), write(5, { writer: 2, bytes })];
        expect(isFault(classifyUnit(unit, expecting(...writes)).verdict), fault.text).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

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

describe('JUnit', () => {
  const kinds = faultKinds.map((kind) => ({ kind, seeded: 1, found: 1 }));
  const sensitivity = { seed: 1, kinds, cleanUnits: 6, falseAlarms: 0, passed: true, missed: [] };
  const unit = { address: 0, bytes: 4096, blockBytes, rows: [] };
  const findings = [{ ...unit, verdict: 'torn' as const, text: 'a < b' }];

  it('has a failure for each fault', () => {
    const xml = tornToJunit('storm', { run: '00', sensitivity, wrongReads: findings });
    expect(xml).toContain('<testsuite name="storm 00" tests="2" failures="1" skipped="0">');
    expect(xml).toContain('<failure message="torn: a &lt; b"/>');
  });

  it('skips everything of a run that is void', () => {
    const isVoid = { ...sensitivity, passed: false, missed: ['flipped-bit in slot 3'] };
    const xml = tornToJunit('storm', { run: '00', sensitivity: isVoid, wrongReads: findings });
    expect(xml).toContain('tests="2" failures="1" skipped="1"');
    expect(xml).toContain('<failure message="flipped-bit in slot 3"/>');
    expect(xml).not.toContain('a &lt; b');
  });
});
