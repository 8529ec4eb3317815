/** What a disk was asked, in the order in which it happened: the one input of everything in this folder. */

/** Length of a sector: what all addresses and lengths of a log are multiples of. */
export const sectorBytes = 512;

/**
 * A write, or a zeroing (a discard or write-zeroes of the block layer). `begin` and `end` are positions in the log's
 * one order of events; a write without an end was never answered.
 */
export interface LoggedWrite {
  readonly at: number;
  readonly lengthBytes: number;
  /** Null: zeros. */
  readonly data: Uint8Array | null;
  /** Byte of the log file at which `data` lies; null for zeros. */
  readonly dataAt: number | null;
  readonly begin: number;
  readonly end: number | null;
  /** Durable by itself once it has ended (FUA). */
  readonly durable: boolean;
}

export interface LoggedFlush {
  readonly begin: number;
  readonly end: number | null;
}

/** What was put in from outside: bytes that mean something to whoever put them there. */
export interface LogMark {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** A whole log. Writes and flushes are in the order in which they began. */
export interface DiskLog {
  /** Null where the format does not tell. */
  readonly diskBytes: number | null;
  readonly writes: readonly LoggedWrite[];
  readonly flushes: readonly LoggedFlush[];
  readonly marks: readonly LogMark[];
  /** Number of positions: every position is below it. */
  readonly positions: number;
  /** Bytes behind the last whole record: the writer was killed in the middle of one. */
  readonly cutBytes: number;
}

/** The bytes are no log of that format, or contradict themselves. The message says where. */
export class BadLog extends Error {
  override readonly name = 'BadLog';
}
