import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillUnit, readBlocks, type UnitStamp } from '../../core/torn/index.ts';
import { fillUnitFast, readBlocksFast, stampEngines, wholeUnits } from '../../main/native/index.ts';

const stamps: fc.Arbitrary<UnitStamp> = fc
  .record({
    run: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    writer: fc.nat(65535),
    generation: fc.maxSafeNat(),
    blockBytes: fc.constantFrom(512, 1024, 2048, 4096, 8192, 65536),
    blocks: fc.integer({ min: 1, max: 9 }),
    place: fc.nat(2 ** 30),
  })
  .map(({ blocks, place, ...stamp }) => {
    const bytes = blocks * stamp.blockBytes;
    return { ...stamp, bytes, address: place * bytes };
  });

describe.each(stampEngines())('the native twin by %s', (engine) => {
  it('fills as the reference does', () => {
    fc.assert(
      fc.property(stamps, (stamp) => {
        const reference = new Uint8Array(stamp.bytes);
        const fast = new Uint8Array(stamp.bytes);
        fillUnit(reference, stamp);
        fillUnitFast(fast, stamp, engine);
        expect(Buffer.compare(reference, fast)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('reads blocks as the reference does, whatever was damaged', () => {
    const change = fc.record({ at: fc.nat(), value: fc.nat(255), length: fc.integer({ min: 1, max: 700 }) });
    fc.assert(
      fc.property(stamps, fc.array(change, { maxLength: 4 }), (stamp, changes) => {
        const bytes = new Uint8Array(stamp.bytes);
        fillUnit(bytes, stamp);
        for (const { at, value, length } of changes) {
          const from = at % bytes.length;
          bytes.fill(value, from, from + length);
        }
        const states = readBlocks(bytes, stamp.blockBytes).map(({ state }) => state);
        expect(readBlocksFast(bytes, stamp.blockBytes, engine)).toEqual(states);
        const { run, address, bytes: unitBytes, blockBytes } = stamp;
        const isWhole = states.every((state) => state === 'intact');
        const generation = wholeUnits(bytes, { run, address, unitBytes, blockBytes }, engine)[0];
        expect(generation).toBe(isWhole ? stamp.generation : -1);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a unit for whole only where all blocks are of one write, in their place', () => {
    fc.assert(
      fc.property(
        stamps,
        fc.nat(),
        fc.constantFrom('generation', 'address', 'run', 'swap'),
        (stamp, draw, how) => {
          const { run, address, bytes: unitBytes, blockBytes } = stamp;
          const near = stamp.generation === 0 ? 1 : stamp.generation - 1;
          const bytes = new Uint8Array(unitBytes);
          const other = new Uint8Array(unitBytes);
          fillUnit(bytes, stamp);
          fillUnit(other, {
            ...stamp,
            generation: how === 'generation' ? near : stamp.generation,
            address: how === 'address' ? address + unitBytes : address,
            run: how === 'run' ? run ^ 1n : run,
          });
          const blocks = unitBytes / blockBytes;
          if (how === 'swap' && blocks === 1) return;
          const to = draw % blocks;
          const from = how === 'swap' ? (to + 1) % blocks : to;
          bytes.set(other.subarray(from * blockBytes, (from + 1) * blockBytes), to * blockBytes);
          const grid = { run, address, unitBytes, blockBytes };
          const isOneOtherGeneration = how === 'generation' && blocks === 1;
          expect(wholeUnits(bytes, grid, engine)[0]).toBe(isOneOtherGeneration ? near : -1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses sizes that do not fit', () => {
    const stamp = { run: 1n, writer: 1, generation: 1, address: 0 };
    expect(() => fillUnitFast(new Uint8Array(1000), { ...stamp, blockBytes: 512 }, engine)).toThrow(
      RangeError,
    );
    expect(() => fillUnitFast(new Uint8Array(1536), { ...stamp, blockBytes: 768 }, engine)).toThrow(
      RangeError,
    );
  });
});
