import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stamp, bytesOf } from '../../test/support/torn-writes.ts';
import { readBlocks } from './index.ts';

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
