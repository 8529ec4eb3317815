import { NotModelled } from '../../errno.ts';
import { decodeUtf8 } from '../utf8.ts';
import { keyOfBytes, type HiddenName } from './snapshot.ts';

export type HashName = (name: Uint8Array) => number;

/** Names that every ext4 has. */
const public_ = new Set(['.', '..', 'lost+found']);
/** Bytes that only continue a UTF-8 character: no name of a plan is made of these alone. */
const firstByte = 0x80;
const bytesEach = 64;

/** Replaces names by others of the same length, each by one of its own. */
export class NameHider {
  readonly #hash: HashName;
  readonly #byName = new Map<string, HiddenName>();
  readonly #usedOfLength = new Map<number, number>();

  constructor(hash: HashName) {
    this.#hash = hash;
  }

  get names(): readonly HiddenName[] {
    return [...this.#byName.values()];
  }

  hide(name: Uint8Array): Uint8Array {
    if (public_.has(decodeUtf8(name))) return name;
    const key = keyOfBytes(name);
    const known = this.#byName.get(key);
    if (known) return known.replacement;
    const hidden = { replacement: this.#next(name.length), hash: this.#hash(name) };
    this.#byName.set(key, hidden);
    return hidden.replacement;
  }

  /** Counts through the names of a length. */
  #next(length: number): Uint8Array {
    const index = this.#usedOfLength.get(length) ?? 0;
    this.#usedOfLength.set(length, index + 1);
    const replacement = new Uint8Array(length).fill(firstByte);
    let rest = index;
    for (let at = length - 1; at >= 0 && rest > 0; at--) {
      replacement[at] = firstByte + (rest % bytesEach);
      rest = Math.floor(rest / bytesEach);
    }
    if (rest > 0)
      throw new NotModelled(`a snapshot of a root directory with so many names of ${length} bytes`);
    return replacement;
  }
}
