import { packWords, type HashSeed } from './hash-words.ts';

/** Which word of the input each step takes, and how far it rotates: eight steps a round. */
const rounds = [
  { words: [0, 1, 2, 3, 4, 5, 6, 7], rotations: [3, 7, 11, 19], added: 0, mix: select },
  { words: [1, 3, 5, 7, 0, 2, 4, 6], rotations: [3, 5, 9, 13], added: 0x5a827999, mix: majority },
  { words: [3, 7, 2, 6, 1, 5, 0, 4], rotations: [3, 9, 11, 15], added: 0x6ed9eba1, mix: parity },
] as const;

const words = new Int32Array(8);
const state = new Int32Array(4);

/** MD4 cut down to 24 steps over pieces of 32 bytes; its second word (fs/ext4/hash.c: half_md4_transform()). */
export function halfMd4(name: Uint8Array, seed: HashSeed, signed: boolean): number {
  state.set(seed);
  for (let start = 0; start < name.length; start += 32) {
    packWords(words, name, start, signed);
    transform();
  }
  return state[1];
}

function transform(): void {
  let [a, b, c, d] = [state[0], state[1], state[2], state[3]];
  for (const round of rounds) {
    for (let step = 0; step < 8; step++) {
      const sum = (a + round.mix(b, c, d) + words[round.words[step]] + round.added) | 0;
      const rotation = round.rotations[step % 4];
      const rotated = (sum << rotation) | (sum >>> (32 - rotation));
      [a, b, c, d] = [d, rotated, b, c];
    }
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

function select(x: number, y: number, z: number): number {
  return z ^ (x & (y ^ z));
}

function majority(x: number, y: number, z: number): number {
  return ((x & y) + ((x ^ y) & z)) | 0;
}

function parity(x: number, y: number, z: number): number {
  return x ^ y ^ z;
}
