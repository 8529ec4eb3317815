import { NotModelled } from '../../../errno.ts';
import { halfMd4 } from './half-md4.ts';
import type { HashSeed } from './hash-words.ts';
import { tea } from './tea.ts';

/** DX_HASH_*: how the names of a hashed directory are hashed (fs/ext4/ext4.h). */
export const hashVersions = {
  legacy: 0,
  halfMd4: 1,
  tea: 2,
  legacyUnsigned: 3,
  halfMd4Unsigned: 4,
  teaUnsigned: 5,
  sipHash: 6,
} as const;

/** The seed in use where the superblock holds only zeros (that of MD4). */
const defaultSeed: HashSeed = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/** EXT4_HTREE_EOF_32BIT << 1: the one hash that no name may have. */
const endOfDirectory = 0xfffffffe;

/**
 * The hash of a name: unsigned, 32 bits, the lowest always 0 (fs/ext4/hash.c: ext4fs_dirhash()). `seed` is s_hash_seed.
 * Versions from 3 to 5 take the name's bytes as unsigned. Throws NotModelled for versions that need a key or are unknown.
 */
export function hashOfName(name: Uint8Array, version: number, seed: HashSeed): number {
  const start = seed.some((word) => word !== 0) ? seed : defaultSeed;
  const hash = rawHash(name, version, start) & ~1;
  return (hash >>> 0 === endOfDirectory ? endOfDirectory - 2 : hash) >>> 0;
}

function rawHash(name: Uint8Array, version: number, start: HashSeed): number {
  switch (version) {
    case hashVersions.legacy:
    case hashVersions.legacyUnsigned:
      return legacy(name, version === hashVersions.legacy);
    case hashVersions.halfMd4:
    case hashVersions.halfMd4Unsigned:
      return halfMd4(name, start, version === hashVersions.halfMd4);
    case hashVersions.tea:
    case hashVersions.teaUnsigned:
      return tea(name, start, version === hashVersions.tea);
    case hashVersions.sipHash:
      throw new NotModelled('directories hashed with SipHash (encrypted and casefolded ones)');
    default:
      throw new NotModelled(`directory hash version ${version}`);
  }
}

/** dx_hack_hash_signed() and dx_hack_hash_unsigned(): the oldest hash, without a seed. */
function legacy(name: Uint8Array, signed: boolean): number {
  let previous = 0x37abe8f9;
  let current = 0x12a3fe2d;
  for (const byte of name) {
    const character = signed ? (byte << 24) >> 24 : byte;
    let hash = (previous + (current ^ Math.imul(character, 7152373))) | 0;
    if (hash < 0) hash = (hash - 0x7fffffff) | 0;
    previous = current;
    current = hash;
  }
  return current << 1;
}
