import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearBits, findNextClear, findNextSet, setBits, testBit, wordsOfBytes } from './bits.ts';

const length = 200;
const range = fc
  .tuple(fc.nat(length - 1), fc.nat(length))
  .map(([from, count]) => [from, Math.min(count, length - from)] as const);

function naive(words: Int32Array): boolean[] {
  return Array.from({ length }, (_, bit) => testBit(words, bit));
}

describe('bits', () => {
  it('sets and clears just the range', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), range)), (changes) => {
        const words = new Int32Array(7);
        const model = new Array<boolean>(length).fill(false);
        for (const [set, [from, count]] of changes) {
          if (set) setBits(words, from, count);
          else clearBits(words, from, count);
          model.fill(set, from, from + count);
        }
        expect(naive(words)).toEqual(model);
      }),
    );
  });

  it('finds the next set and clear bit, or the end', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 7, maxLength: 7 }), range, (values, [from, count]) => {
        const words = Int32Array.from(values);
        const end = from + count;
        const model = naive(words).slice(0, end);
        const set = model.indexOf(true, from);
        const clear = model.indexOf(false, from);
        expect(findNextSet(words, end, from)).toBe(set < 0 ? end : set);
        expect(findNextClear(words, end, from)).toBe(clear < 0 ? end : clear);
      }),
    );
  });

  it('reads bytes low bit first and fills up with ones', () => {
    const words = wordsOfBytes(Uint8Array.of(0x01, 0, 0, 0x80, 0x03), 3);
    expect([...words]).toEqual([0x80000001 | 0, 0xffffff03 | 0, -1]);
  });
});
