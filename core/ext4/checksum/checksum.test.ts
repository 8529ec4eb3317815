import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from './crc16.ts';
import { crc32be } from './crc32be.ts';
import { crc32c, crc32cOfUint32, crc32cOfZeros } from './crc32c.ts';

const digits = new TextEncoder().encode('123456789');

describe('checksums', () => {
  it('give the published check values', () => {
    expect(~crc32c(0xffffffff, digits) >>> 0).toBe(0xe3069283);
    expect(crc16(0xffff, digits)).toBe(0x4b37);
    expect(crc32be(0xffffffff, digits)).toBe(0x0376e6e7);
  });

  it('can be taken in pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
        const [head, tail] = [bytes.subarray(0, cut), bytes.subarray(cut)];
        expect(crc32c(crc32c(0xffffffff, head), tail)).toBe(crc32c(0xffffffff, bytes));
        expect(crc16(crc16(0xffff, head), tail)).toBe(crc16(0xffff, bytes));
        expect(crc32be(crc32be(0xffffffff, head), tail)).toBe(crc32be(0xffffffff, bytes));
        const end = Math.min(cut, bytes.length);
        expect(crc32c(7, bytes, 0, end)).toBe(crc32c(7, head));
      }),
    );
  });

  it('take numbers as little-endian bytes', () => {
    expect(crc32cOfUint32(5, 0x81020304)).toBe(crc32c(5, new Uint8Array([4, 3, 2, 0x81])));
    expect(crc32cOfZeros(5, 3)).toBe(crc32c(5, new Uint8Array(3)));
  });
});
