import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../source.ts';
import { overlay } from './overlay.ts';

const blockSizeBytes = 16;
const blocks = 12;
const bytes = Uint8Array.from({ length: blocks * blockSizeBytes + 5 }, (_, at) => at);
const base: ByteSource = {
  sizeBytes: bytes.length,
  read: (offset, length) => bytes.slice(offset, offset + length),
};

describe('overlay', () => {
  it('gives any range as if the blocks had been copied', () => {
    const replaced = new Map([
      [2, { from: 9, escaped: false }],
      [3, { from: 10, escaped: true }],
      [7, { from: 11, escaped: false }],
    ]);
    const copied = bytes.slice();
    for (const [block, { from, escaped }] of replaced) {
      copied.copyWithin(block * blockSizeBytes, from * blockSizeBytes, (from + 1) * blockSizeBytes);
      if (escaped) copied.set([0xc0, 0x3b, 0x39, 0x98], block * blockSizeBytes);
    }
    const source = overlay(base, blockSizeBytes, replaced);
    expect(source.sizeBytes).toBe(bytes.length);
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.nat(bytes.length), (one, other) => {
        const [start, end] = one < other ? [one, other] : [other, one];
        expect(source.read(start, end - start)).toEqual(copied.subarray(start, end));
      }),
    );
  });
});
