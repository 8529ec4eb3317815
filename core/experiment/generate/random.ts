import { assert, assertExists } from '../../assert.ts';

/**
 * Reproducible choices from one seed (the splitmix32 generator): the same seed gives the same plan on every machine,
 * so that a difference can be reported as a seed.
 */
export class Random {
  #state: number;

  /** @param seed a whole number; only its lower 32 bits count. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 to 2^32 − 1. */
  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    assert(most >= least && most - least < 2 ** 32, 'a range of whole numbers below 2^32');
    return least + Math.floor((this.#next() / 2 ** 32) * (most - least + 1));
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.between(1, 100) <= percent;
  }

  /** One of `choices`, each as likely as another. */
  pick<T>(choices: readonly T[]): T {
    return assertExists(choices[this.between(0, choices.length - 1)], 'a choice');
  }

  /** One of the keys of `weights`, as often as its weight says. */
  weighted<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key {
    const entries = Object.entries(weights) as [Key, number][];
    let left = this.between(
      1,
      entries.reduce((sum, [, weight]) => sum + weight, 0),
    );
    for (const [key, weight] of entries) {
      left -= weight;
      if (left <= 0) return key;
    }
    throw new Error('weights must be positive');
  }
}
