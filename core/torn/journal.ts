/**
 * The acknowledgement journal of a storm: which writes were begun, and how each ended (docs/torn.md). Writers append to
 * it from many threads without waiting for each other, so that a killed writer leaves gaps; each record proves itself.
 */
import { assert } from '../assert.ts';
import { crc32c } from '../ext4/checksum/crc32c.ts';

/** A page, so that writers can map what follows. */
export const journalHeaderBytes = 4096;
export const journalRecordBytes = 40;

/** "UTJOURN1" */
const magic = 0x314e52554f4a5455n;
const kinds = { begun: 1, ended: 2, failed: 3 } as const;

/** One line of the journal. Moments are numbers of one counter; a write's generation is the moment of its beginning. */
export type JournalRecord =
  | (JournalPlace & { readonly kind: 'begun' })
  /** Acknowledged: the call, and the fsync that belongs to it, returned success. */
  | (JournalPlace & { readonly kind: 'ended'; readonly moment: number })
  /** The call returned an error or fewer bytes; `result` is minus the errno, or the bytes. */
  | (JournalPlace & { readonly kind: 'failed'; readonly moment: number; readonly result: number });

interface JournalPlace {
  readonly writer: number;
  readonly generation: number;
  readonly address: number;
  readonly bytes: number;
}

/** The head of a journal file. */
export function journalHeader(run: bigint): Uint8Array {
  const bytes = new Uint8Array(journalHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, magic, true);
  view.setBigUint64(8, run, true);
  view.setUint32(16, journalRecordBytes, true);
  return bytes;
}

/** The run that a journal belongs to; null where the bytes begin no journal. */
export function runOfJournal(bytes: Uint8Array): bigint | null {
  if (bytes.length < journalHeaderBytes) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isOurs = view.getBigUint64(0, true) === magic && view.getUint32(16, true) === journalRecordBytes;
  return isOurs ? view.getBigUint64(8, true) : null;
}

/** The bytes of one record. */
export function journalRecord(record: JournalRecord): Uint8Array {
  const bytes = new Uint8Array(journalRecordBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(4, kinds[record.kind]);
  view.setUint16(6, record.writer, true);
  view.setBigUint64(8, BigInt(record.generation), true);
  view.setBigUint64(16, BigInt(record.address), true);
  view.setUint32(24, record.bytes, true);
  view.setInt32(28, record.kind === 'failed' ? record.result : 0, true);
  view.setBigUint64(32, BigInt(record.kind === 'begun' ? record.generation : record.moment), true);
  view.setUint32(0, (crc32c(0xffffffff, bytes, 4) ^ 0xffffffff) >>> 0, true);
  return bytes;
}

/** What a part of a journal holds beside its records. */
export interface JournalPart {
  /** Places that were taken and never filled: what was about to be said when the writer died. */
  readonly gaps: number;
  /** Places whose checksum is wrong. */
  readonly damaged: number;
}

/** Gives each record of `bytes`, whole places without the head, to `take`, in the order in which places were taken. */
export function readJournal(bytes: Uint8Array, take: (record: JournalRecord) => void): JournalPart {
  assert(bytes.length % journalRecordBytes === 0, 'whole places are read');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let gaps = 0;
  let damaged = 0;
  for (let at = 0; at < bytes.length; at += journalRecordBytes) {
    const kind = view.getUint8(at + 4);
    if (kind === 0 && view.getUint32(at, true) === 0) gaps++;
    else if (view.getUint32(at, true) !== (crc32c(0xffffffff, bytes, at + 4, at + 40) ^ 0xffffffff) >>> 0)
      damaged++;
    else take(recordAt(view, at, kind));
  }
  return { gaps, damaged };
}

function recordAt(view: DataView, at: number, kind: number): JournalRecord {
  const place = {
    writer: view.getUint16(at + 6, true),
    generation: number64(view, at + 8),
    address: number64(view, at + 16),
    bytes: view.getUint32(at + 24, true),
  };
  if (kind === kinds.begun) return { kind: 'begun', ...place };
  const moment = number64(view, at + 32);
  if (kind === kinds.ended) return { kind: 'ended', moment, ...place };
  assert(kind === kinds.failed, 'a known kind of record');
  return { kind: 'failed', moment, result: view.getInt32(at + 28, true), ...place };
}

/** A 64-bit number below 2^53. */
function number64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}
