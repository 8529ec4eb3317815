/**
 * Runs of bits in 32-bit words, low bit first, as ext4 keeps its bitmaps (ext4_find_next_zero_bit() and its kind).
 * Positions are absolute in `words`; every search ends at `end` and returns `end` where nothing is found.
 */
export function testBit(words: Int32Array, bit: number): boolean {
  return ((words[bit >>> 5] >>> (bit & 31)) & 1) === 1;
}

/** Sets one bit. */
export function setBit(words: Int32Array, bit: number): void {
  words[bit >>> 5] |= 1 << (bit & 31);
}

/** Clears one bit. */
export function clearBit(words: Int32Array, bit: number): void {
  words[bit >>> 5] &= ~(1 << (bit & 31));
}

/** First set bit in [from, end). */
export function findNextSet(words: Int32Array, end: number, from: number): number {
  return findNext(words, end, from, 0);
}

/** First clear bit in [from, end). */
export function findNextClear(words: Int32Array, end: number, from: number): number {
  return findNext(words, end, from, -1);
}

function findNext(words: Int32Array, end: number, from: number, flip: number): number {
  if (from >= end) return end;
  let index = from >>> 5;
  const last = (end - 1) >>> 5;
  let word = (words[index] ^ flip) & (-1 << (from & 31));
  while (word === 0) {
    if (++index > last) return end;
    word = words[index] ^ flip;
  }
  const bit = index * 32 + (31 - Math.clz32(word & -word));
  return bit < end ? bit : end;
}

/** mb_set_bits(). */
export function setBits(words: Int32Array, from: number, count: number): void {
  const end = from + count;
  for (let bit = from; bit < end; bit = nextWord(bit)) words[bit >>> 5] |= maskWithin(bit, end);
}

/** mb_clear_bits(). */
export function clearBits(words: Int32Array, from: number, count: number): void {
  const end = from + count;
  for (let bit = from; bit < end; bit = nextWord(bit)) words[bit >>> 5] &= ~maskWithin(bit, end);
}

function nextWord(bit: number): number {
  return (bit | 31) + 1;
}

/** The bits of the word of `bit` that lie in [bit, end). */
function maskWithin(bit: number, end: number): number {
  const mask = -1 << (bit & 31);
  const wordEnd = nextWord(bit);
  return end >= wordEnd ? mask : mask & ~(-1 << (end & 31));
}

/** A bitmap's bytes as words, whatever the byte order of the machine. */
export function wordsOfBytes(bytes: Uint8Array, wordCount: number): Int32Array {
  const words = new Int32Array(wordCount).fill(-1);
  const whole = Math.min(wordCount, bytes.length >>> 2);
  for (let i = 0, at = 0; i < whole; i++, at += 4) {
    words[i] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  }
  for (let at = whole * 4; at < bytes.length && at >>> 2 < wordCount; at++) {
    words[at >>> 2] &= ~(0xff << ((at & 3) * 8)) | (bytes[at] << ((at & 3) * 8));
  }
  return words;
}
