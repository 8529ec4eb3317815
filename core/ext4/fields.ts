/** Little-endian fields of an on-disk structure. */
export class Fields {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(at: number): number {
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  i32(at: number): number {
    return this.#view.getInt32(at, true);
  }

  /** A number in two parts; past 2^53 it is rounded, which every range check refuses anyway. */
  u64(lowAt: number, highAt: number): number {
    return this.u32(highAt) * 2 ** 32 + this.u32(lowAt);
  }

  slice(at: number, lengthBytes: number): Uint8Array {
    return this.bytes.slice(at, at + lengthBytes);
  }
}

/** Big-endian fields, in which jbd2 writes. */
export class BigEndianFields {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(at: number): number {
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    return this.#view.getUint16(at);
  }

  u32(at: number): number {
    return this.#view.getUint32(at);
  }

  u64(at: number): number {
    return this.u32(at) * 2 ** 32 + this.u32(at + 4);
  }
}
