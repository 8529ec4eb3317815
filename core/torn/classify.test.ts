import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockBytes,
  address,
  stamp,
  bytesOf,
  write,
  inFlight,
  expecting,
  cut,
} from '../../test/support/torn-writes.ts';
import {
  classifyReadings,
  classifyUnit,
  fillUnit,
  isFault,
  pictureLines,
  readBlocks,
  type Expectation,
  type WriteRecord,
} from './index.ts';

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

  it('garbage where its stamp names a write that was another one', () => {
    const known = expecting(write(1), write(2));
    expect(verdictOf(bytesOf(stamp(2)), known)).toBe('new');
    expect(verdictOf(bytesOf(stamp(2, 7)), known)).toBe('garbage');
    expect(verdictOf(bytesOf(stamp(2, 1, 8192)).subarray(0, 4096), known)).toBe('garbage');
    expect(verdictOf(bytesOf(stamp(2, 1, 4096, address - 512)).subarray(512), expecting(write(2)))).not.toBe(
      'new',
    );
  });

  it('misplaced where its blocks are of another length', () => {
    const bytes = new Uint8Array(4096);
    fillUnit(bytes, { ...stamp(1), blockBytes: 1024 });
    const { verdict, blocks } = classifyUnit(bytes, expecting(write(1)));
    expect(isFault(verdict)).toBe(true);
    expect(blocks[0]?.colour).not.toBe('new');
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
