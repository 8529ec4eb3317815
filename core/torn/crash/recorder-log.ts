import { crc32c } from '../../ext4/checksum/crc32c.ts';
import {
  BadLog,
  sectorBytes,
  type DiskLog,
  type LogMark,
  type LoggedFlush,
  type LoggedWrite,
} from './log.ts';

const fileMagic = 'UNTORNLG';
const version = 1;
const headerBytes = 64;
const recordMagic = 0x63655255;
const recordBytes = 48;
const alignmentBytes = 8;
const kinds = { write: 1, zero: 2, flush: 3, end: 4, mark: 5 } as const;

/** Whether `bytes` begin as a log of the recorder's. */
export function isRecorderLog(bytes: Uint8Array): boolean {
  return [...fileMagic].every((letter, at) => bytes[at] === letter.charCodeAt(0));
}

/**
 * Reads the recorder's own log (docs/crash-states.md; written by native/recorder/log.cc). The payloads stay where they
 * are in `bytes`. A log that ends in the middle of a record is good up to there. Throws BadLog.
 */
export function readRecorderLog(bytes: Uint8Array): DiskLog {
  const diskBytes = checkHeader(bytes);
  const log = new Gathered();
  let at = headerBytes;
  for (let next = recordEnd(bytes, at); next !== null; next = recordEnd(bytes, at)) {
    log.take(bytes, at);
    at = next;
  }
  return { diskBytes, ...log.result(), cutBytes: bytes.length - at };
}

function checkHeader(bytes: Uint8Array): number {
  if (!isRecorderLog(bytes) || bytes.length < headerBytes)
    throw new BadLog('not a log of the recorder: it does not begin with UNTORNLG');
  const view = viewOf(bytes, 0, headerBytes);
  const found = view.getUint32(8, true);
  if (found !== version) throw new BadLog(`a log of version ${found}; this program reads version ${version}`);
  if (checksum(bytes, 0, headerBytes - 4) !== view.getUint32(headerBytes - 4, true))
    throw new BadLog('the checksum of its header is wrong');
  const sizes = [view.getUint32(12, true), view.getUint32(24, true), view.getUint32(28, true)];
  if (sizes.join() !== [headerBytes, sectorBytes, recordBytes].join())
    throw new BadLog(`header, sectors and records of ${sizes.join(', ')} bytes are not known`);
  return number64(view, 16);
}

/** Where the record at `at` ends; null where it is not whole, which is the end of the log. */
function recordEnd(bytes: Uint8Array, at: number): number | null {
  if (at + recordBytes > bytes.length) return null;
  const view = viewOf(bytes, at, recordBytes);
  if (view.getUint32(0, true) !== recordMagic) return null;
  if (checksum(bytes, at, at + recordBytes - 4) !== view.getUint32(recordBytes - 4, true)) return null;
  const payload = view.getUint32(32, true);
  const start = at + recordBytes;
  if (start + payload > bytes.length) return null;
  if (checksum(bytes, start, start + payload) !== view.getUint32(36, true)) return null;
  return Math.min(bytes.length, start + Math.ceil(payload / alignmentBytes) * alignmentBytes);
}

/** Records put together: the start of a request and its end are two of them. */
class Gathered {
  readonly #writes: LoggedWrite[] = [];
  readonly #flushes: LoggedFlush[] = [];
  readonly #marks: LogMark[] = [];
  /** Which request waits for its end under a ticket. */
  readonly #open = new Map<number, { readonly kind: 'write' | 'flush'; readonly index: number }>();
  #position = 0;

  take(bytes: Uint8Array, at: number): void {
    const view = viewOf(bytes, at, recordBytes);
    const position = this.#position++;
    const ticket = number64(view, 8);
    const kind = view.getUint8(4);
    const dataAt = at + recordBytes;
    const data = bytes.subarray(dataAt, dataAt + view.getUint32(32, true));
    const place = { at: number64(view, 16), lengthBytes: number64(view, 24) };
    const begun = { begin: position, end: null, durable: false };
    switch (kind) {
      case kinds.write:
        if (data.length !== place.lengthBytes)
          throw new BadLog(`record ${position}: a write without its data`);
        return this.#begin(ticket, checked({ ...place, data, dataAt, ...begun }, position));
      case kinds.zero:
        return this.#begin(ticket, checked({ ...place, data: null, dataAt: null, ...begun }, position));
      case kinds.flush:
        this.#open.set(ticket, { kind: 'flush', index: this.#flushes.length });
        this.#flushes.push({ begin: position, end: null });
        return;
      case kinds.end:
        return this.#end(ticket, position);
      case kinds.mark:
        this.#marks.push({ position, bytes: data });
        return;
      default:
        throw new BadLog(`record ${position}: kind ${kind} is unknown`);
    }
  }

  result(): Omit<DiskLog, 'diskBytes' | 'cutBytes'> {
    return { writes: this.#writes, flushes: this.#flushes, marks: this.#marks, positions: this.#position };
  }

  #begin(ticket: number, write: LoggedWrite): void {
    this.#open.set(ticket, { kind: 'write', index: this.#writes.length });
    this.#writes.push(write);
  }

  #end(ticket: number, position: number): void {
    const open = this.#open.get(ticket);
    if (open === undefined) throw new BadLog(`record ${position}: request ${ticket} ends before it began`);
    this.#open.delete(ticket);
    const list: { end: number | null }[] = open.kind === 'write' ? this.#writes : this.#flushes;
    const request = list[open.index];
    if (request) request.end = position;
  }
}

/** Throws BadLog unless the write is of whole sectors. */
export function checked(write: LoggedWrite, position: number): LoggedWrite {
  if (write.at % sectorBytes === 0 && write.lengthBytes % sectorBytes === 0 && write.lengthBytes > 0)
    return write;
  throw new BadLog(
    `record ${position}: ${write.lengthBytes} bytes at ${write.at} are not whole sectors of ${sectorBytes}`,
  );
}

function viewOf(bytes: Uint8Array, at: number, length: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + at, length);
}

function number64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

/** CRC-32C with its inversions, as RFC 3720 has it. */
function checksum(bytes: Uint8Array, from: number, to: number): number {
  return ~crc32c(0xffffffff, bytes, from, to) >>> 0;
}
