import { packWords, type HashSeed } from './hash-words.ts';

const delta = 0x9e3779b9;
const words = new Int32Array(4);

/** The Tiny Encryption Algorithm over pieces of 16 bytes, 16 cycles each; its first word (fs/ext4/hash.c: TEA_transform()). */
export function tea(name: Uint8Array, seed: HashSeed, signed: boolean): number {
  let [first, second] = [seed[0] | 0, seed[1] | 0];
  for (let start = 0; start < name.length; start += 16) {
    packWords(words, name, start, signed);
    const [a, b, c, d] = [words[0], words[1], words[2], words[3]];
    let [x, y, sum] = [first, second, 0];
    for (let cycle = 0; cycle < 16; cycle++) {
      sum = (sum + delta) | 0;
      x = (x + (((y << 4) + a) ^ (y + sum) ^ ((y >>> 5) + b))) | 0;
      y = (y + (((x << 4) + c) ^ (x + sum) ^ ((x >>> 5) + d))) | 0;
    }
    first = (first + x) | 0;
    second = (second + y) | 0;
  }
  return first;
}
