import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeField, decodeUtf8, encodeUtf8, sameBytes } from './utf8.ts';

describe('names as UTF-8', () => {
  it('encodes as the platform does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(encodeUtf8(text)).toEqual(new Uint8Array(new TextEncoder().encode(text)));
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      }),
    );
  });

  it('never fails on bytes that are no UTF-8', () => {
    expect(decodeUtf8(new Uint8Array([0x61, 0xff, 0x62]))).toBe('a\ufffdb');
    expect(decodeUtf8(new Uint8Array([0xc0, 0x80]))).toBe('\ufffd\ufffd');
    expect(decodeUtf8(new Uint8Array([0xed, 0xa0, 0x80]))).toBe('\ufffd\ufffd\ufffd');
    expect(decodeUtf8(new Uint8Array([0xe2, 0x82]))).toBe('\ufffd\ufffd');
    fc.assert(fc.property(fc.uint8Array(), (bytes) => decodeUtf8(bytes).length <= bytes.length));
  });

  it('ends a field at its first zero byte', () => {
    expect(decodeField(new Uint8Array([0x61, 0x62, 0, 0x63]))).toBe('ab');
    expect(decodeField(new Uint8Array([0x61, 0x62]))).toBe('ab');
  });

  it('compares names byte by byte', () => {
    expect(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true);
    expect(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false);
    expect(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1]))).toBe(false);
  });
});
