import { randomBytes } from 'node:crypto';

/** The number of a run: never twice. */
export function newRun(): bigint {
  return randomBytes(8).readBigUInt64LE();
}

export { runDigits as runText } from '../../core/torn/index.ts';

/** A seed for those who gave none: small enough to be typed again. */
export function newSeed(): number {
  return randomBytes(4).readUInt32LE();
}

/** Whole numbers from 0 to n - 1, the same for the same seed (mulberry32). */
export function drawsOf(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
