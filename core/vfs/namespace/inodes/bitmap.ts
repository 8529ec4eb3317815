import { assert } from '../../../assert.ts';

/** Which inodes of one group are taken; low bit first, as on disk. */
export class InodeBitmap {
  readonly #bits: Uint8Array;
  readonly #length: number;
  /** Every inode below this bit is taken. */
  #takenBelow = 0;

  /** `bits` stay in use here; only the first `length` of them count. */
  constructor(bits: Uint8Array, length: number) {
    assert(bits.length * 8 >= length, 'an inode bitmap covers its group');
    this.#bits = bits;
    this.#length = length;
  }

  /** First free inode from `start` on; -1 where there is none (ext4_find_next_zero_bit()). */
  firstFree(start: number): number {
    let bit = Math.max(start, this.#takenBelow);
    while (bit < this.#length && this.isTaken(bit))
      bit += bit % 8 === 0 && this.#bits[bit >> 3] === 0xff ? 8 : 1;
    const found = bit < this.#length ? bit : -1;
    if (start <= this.#takenBelow) this.#takenBelow = found < 0 ? this.#length : found;
    return found;
  }

  isTaken(bit: number): boolean {
    return ((this.#bits[bit >> 3] >> (bit & 7)) & 1) === 1;
  }

  take(bit: number): void {
    assert(!this.isTaken(bit), 'an inode is taken once');
    this.#bits[bit >> 3] |= 1 << (bit & 7);
  }

  release(bit: number): void {
    assert(this.isTaken(bit), 'an inode to be freed was taken');
    this.#bits[bit >> 3] &= ~(1 << (bit & 7));
    this.#takenBelow = Math.min(this.#takenBelow, bit);
  }
}
