import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../../ext4/index.ts';
import { hashOfName } from './hash.ts';
import type { HashSeed } from './hash-words.ts';

/** 1f2e3d4c-5b6a-7988-90ab-cdef01234567 as four little-endian words. */
const seed: HashSeed = [0x4c3d2e1f, 0x88796a5b, 0xefcdab90, 0x67452301];
const noSeed: HashSeed = [0, 0, 0, 0];

/** Hashes under versions 0 to 5, made with debugfs 1.47.0: `dx_hash -h VERSION -s SEED NAME`. */
const seeded: [name: string, hashes: number[]][] = [
  ['a', [0xe74b53e2, 0xa7d42d08, 0xd72b4324, 0xe74b53e2, 0xa7d42d08, 0xd72b4324]],
  ['ab', [0xda0d8cd0, 0x132a475c, 0xb4e363a, 0xda0d8cd0, 0x132a475c, 0xb4e363a]],
  ['abc', [0x75afd992, 0xf1bc63ce, 0xe2f4bc8, 0x75afd992, 0xf1bc63ce, 0xe2f4bc8]],
  ['abcd', [0xfafa23ca, 0xc8a5ff34, 0xe4117344, 0xfafa23ca, 0xc8a5ff34, 0xe4117344]],
  ['lost+found', [0x5e2aba24, 0xb57052fc, 0xd7c5c44a, 0x5e2aba24, 0xb57052fc, 0xd7c5c44a]],
  ['f1999', [0x572c9174, 0xf8d33944, 0x2ed507c4, 0x572c9174, 0xf8d33944, 0x2ed507c4]],
  [
    'some-longer-name-with-32-bytes-x',
    [0x3a868194, 0x1c816a72, 0x4029dc34, 0x3a868194, 0x1c816a72, 0x4029dc34],
  ],
  [
    'a-name-that-goes-past-thirty-two-bytes-by-a-bit',
    [0x36a2268c, 0x8e5a8070, 0x86b4e7fa, 0x36a2268c, 0x8e5a8070, 0x86b4e7fa],
  ],
  ['x'.repeat(100), [0xf985a9f6, 0x6d18ff92, 0x176cd7b2, 0xf985a9f6, 0x6d18ff92, 0x176cd7b2]],
  ['y'.repeat(255), [0xb1624e08, 0xa85fac5e, 0xeb20422c, 0xb1624e08, 0xa85fac5e, 0xeb20422c]],
  ['grün', [0xc202f150, 0x58d07450, 0x58ad991c, 0x98481b52, 0xc13c4054, 0x657f8bc2]],
  ['日本語', [0xe2996e36, 0xedca629c, 0xd4a755ce, 0x61b07d5a, 0x6ca2fd5e, 0x9ef5552a]],
  ['Ünïcödé-ÿÿÿÿ-ñ', [0xdc4a9328, 0x8cd72a82, 0xd60772f8, 0xe7d81714, 0x4294ec0e, 0xd195294a]],
];

/** The same without `-s`. */
const unseeded: [name: string, hashes: number[]][] = [
  ['a', [0xe74b53e2, 0xd5fa7d7a, 0x6d0ea4c0, 0xe74b53e2, 0xd5fa7d7a, 0x6d0ea4c0]],
  ['lost+found', [0x5e2aba24, 0x591de422, 0x2dbf9e80, 0x5e2aba24, 0x591de422, 0x2dbf9e80]],
];

describe('hashOfName', () => {
  it.each(seeded)('agrees with e2fsprogs on %s', (name, hashes) => {
    expect(hashes.map((_, version) => hashOfName(encodeUtf8(name), version, seed))).toEqual(hashes);
  });

  it.each(unseeded)('takes the seed of MD4 where the superblock has none: %s', (name, hashes) => {
    expect(hashes.map((_, version) => hashOfName(encodeUtf8(name), version, noSeed))).toEqual(hashes);
  });

  it('refuses hashes that need a key', () => {
    expect(() => hashOfName(encodeUtf8('a'), 6, seed)).toThrow('SipHash');
  });
});
