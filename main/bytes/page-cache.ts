const pageBytes = 64 * 1024;
const pagesMax = 64;

/** Keeps the pages read last; a read larger than a page passes by. At most 4 MiB. */
export class PageCache {
  readonly #readThrough: (offset: number, length: number) => Uint8Array;
  readonly #sizeBytes: number;
  /** In order of use, the oldest first. */
  readonly #pages = new Map<number, Uint8Array>();

  constructor(readThrough: (offset: number, length: number) => Uint8Array, sizeBytes: number) {
    this.#readThrough = readThrough;
    this.#sizeBytes = sizeBytes;
  }

  /** The range must be inside the source. The bytes are the caller's own. */
  read(offset: number, length: number): Uint8Array {
    if (length > pageBytes) return this.#readThrough(offset, length);
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = offset + done;
      const page = Math.floor(at / pageBytes);
      const inPage = at - page * pageBytes;
      const part = this.#page(page).subarray(inPage, inPage + length - done);
      bytes.set(part, done);
      done += part.length;
    }
    return bytes;
  }

  #page(number: number): Uint8Array {
    const known = this.#pages.get(number);
    const offset = number * pageBytes;
    const page = known ?? this.#readThrough(offset, Math.min(pageBytes, this.#sizeBytes - offset));
    this.#pages.delete(number);
    this.#pages.set(number, page);
    if (this.#pages.size > pagesMax) this.#pages.delete(this.#pages.keys().next().value as number);
    return page;
  }
}
