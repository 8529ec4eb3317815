/** The bytes on the helper's pipe (docs/privilege.md), seen from this side. */
import { Unable } from '../failure.ts';

/** What is asked for; the numbers are the protocol's. */
export const verbs = {
  hello: 1,
  bye: 2,
  alive: 3,
  openFolder: 4,
  undo: 5,
  attach: 6,
  claim: 7,
  read: 8,
  write: 9,
  format: 10,
  mount: 11,
  shutDown: 12,
  journalWaitsIn: 13,
  countBuddies: 14,
  watch: 15,
  watched: 16,
  trace: 17,
  traceMark: 18,
  traceRead: 19,
  traceLost: 20,
  traceStop: 21,
  undoLeftovers: 22,
  attachRecorder: 23,
  flush: 24,
  deviceStep: 25,
  survey: 26,
  look: 27,
} as const;

export const statuses = { done: 0, refused: 1, failed: 2, malformed: 3 } as const;

export const magic = 0x4e544e55;
export const version = 2;

/** Longest stretch that is read or written at once. */
export const mostDataBytes = 2 ** 20;

/** Puts a request together; numbers are little-endian, texts have two bytes of length before them. */
export class Payload {
  readonly #parts: Uint8Array[] = [];

  u8(value: number): this {
    return this.#number(value, 1);
  }
  u16(value: number): this {
    return this.#number(value, 2);
  }
  u32(value: number): this {
    return this.#number(value, 4);
  }
  flag(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }
  u64(value: number | bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(value));
    return this.bytes(bytes);
  }
  text(value: string): this {
    const bytes = Buffer.from(value, 'utf8');
    if (bytes.length > 0xffff) throw new Unable('a text is too long for the privileged helper');
    return this.u16(bytes.length).bytes(bytes);
  }
  bytes(value: Uint8Array): this {
    this.#parts.push(value);
    return this;
  }

  /** The whole frame, its length first. */
  frame(id: number, verb: number): Buffer {
    const payload = Buffer.concat(this.#parts);
    const head = Buffer.alloc(9);
    head.writeUInt32LE(payload.length + 5, 0);
    head.writeUInt32LE(id, 4);
    head.writeUInt8(verb, 8);
    return Buffer.concat([head, payload]);
  }

  #number(value: number, length: number): this {
    const bytes = Buffer.alloc(length);
    bytes.writeUIntLE(value, 0, length);
    return this.bytes(bytes);
  }
}

/** Takes an answer apart, front to back. */
export class Answer {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  u8(): number {
    return this.#take(1).readUInt8();
  }
  u16(): number {
    return this.#take(2).readUInt16LE();
  }
  u32(): number {
    return this.#take(4).readUInt32LE();
  }
  u64(): bigint {
    return this.#take(8).readBigUInt64LE();
  }
  text(): string {
    return this.#take(this.u16()).toString('utf8');
  }
  rest(): Buffer {
    return this.#take(this.#bytes.length - this.#at);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Unable('an answer of the privileged helper is too short');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** Cuts what comes through a pipe into frames without their length. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: Buffer[] = [];
    for (;;) {
      if (this.#rest.length < 4) return frames;
      const end = 4 + this.#rest.readUInt32LE(0);
      if (this.#rest.length < end) return frames;
      frames.push(this.#rest.subarray(4, end));
      this.#rest = this.#rest.subarray(end);
    }
  }
}
