/** Four words with which a hash begins (s_hash_seed). */
export type HashSeed = readonly [number, number, number, number];

/**
 * Packs up to `4 × words.length` bytes of a name, from `start` on, into big-endian words; what the name does not fill
 * is padded with its remaining length in every byte (fs/ext4/hash.c: str2hashbuf_signed(), str2hashbuf_unsigned()).
 */
export function packWords(words: Int32Array, name: Uint8Array, start: number, signed: boolean): void {
  const remaining = name.length - start;
  const length = remaining | (remaining << 8);
  const padding = length | (length << 16);
  const taken = Math.min(remaining, words.length * 4);
  let filled = 0;
  let word = padding;
  for (let i = 0; i < taken; i++) {
    const byte = name[start + i];
    word = ((signed ? (byte << 24) >> 24 : byte) + (word << 8)) | 0;
    if (i % 4 === 3) {
      words[filled++] = word;
      word = padding;
    }
  }
  if (filled < words.length) words[filled++] = word;
  words.fill(padding, filled);
}
