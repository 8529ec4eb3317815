import { describe, expect, it } from 'vitest';
import { crc32c } from '../../ext4/checksum/crc32c.ts';
import {
  BadLog,
  crashPoints,
  isDmLog,
  isRecorderLog,
  plainDrive,
  readDmLog,
  readRecorderLog,
} from './index.ts';

type Entry = readonly [kind: number, ticket: number, at: number, length: number, payload?: Uint8Array];

/** A log as docs/crash-states.md describes it. */
function recorderLog(entries: readonly Entry[], diskBytes = 65536): Uint8Array {
  const parts = [header(diskBytes), ...entries.map(record)];
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function header(diskBytes: number): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  bytes.set([...'UNTORNLG'].map((letter) => letter.charCodeAt(0)));
  view.setUint32(8, 1, true);
  view.setUint32(12, 64, true);
  view.setBigUint64(16, BigInt(diskBytes), true);
  view.setUint32(24, 512, true);
  view.setUint32(28, 48, true);
  view.setUint32(60, checksum(bytes.subarray(0, 60)), true);
  return bytes;
}

function record([kind, ticket, at, length, payload = new Uint8Array(0)]: Entry): Uint8Array {
  const bytes = new Uint8Array(48 + Math.ceil(payload.length / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x63655255, true);
  view.setUint8(4, kind);
  view.setBigUint64(8, BigInt(ticket), true);
  view.setBigUint64(16, BigInt(at), true);
  view.setBigUint64(24, BigInt(length), true);
  view.setUint32(32, payload.length, true);
  view.setUint32(36, checksum(payload), true);
  view.setUint32(44, checksum(bytes.subarray(0, 44)), true);
  bytes.set(payload, 48);
  return bytes;
}

function checksum(bytes: Uint8Array): number {
  return ~crc32c(0xffffffff, bytes) >>> 0;
}

const data = new Uint8Array(1024).fill(7);
const entries: Entry[] = [
  [1, 1, 512, 1024, data],
  [3, 2, 0, 0],
  [4, 1, 0, 0],
  [5, 0, 0, 5, new TextEncoder().encode('hello')],
  [2, 3, 4096, 512],
  [4, 2, 0, 0],
];

describe('the recorder’s log', () => {
  it('gives every request its beginning and its end', () => {
    const log = readRecorderLog(recorderLog(entries));
    expect(log).toMatchObject({ diskBytes: 65536, positions: 6, cutBytes: 0 });
    expect(log.writes).toMatchObject([
      { at: 512, lengthBytes: 1024, dataAt: 112, begin: 0, end: 2, durable: false },
      { at: 4096, lengthBytes: 512, data: null, dataAt: null, begin: 4, end: null },
    ]);
    expect(log.writes[0]?.data).toEqual(data);
    expect(log.flushes).toEqual([{ begin: 1, end: 5 }]);
    expect(log.marks.map(({ position, bytes }) => [position, new TextDecoder().decode(bytes)])).toEqual([
      [3, 'hello'],
    ]);
  });

  it('is good up to its last whole record, wherever its writer was killed', () => {
    const whole = recorderLog(entries);
    // The padding behind a payload may be missing.
    const ends = entries.map(
      ([, , , , payload], before) =>
        recorderLog(entries.slice(0, before)).length + 48 + (payload?.length ?? 0),
    );
    for (let length = 64; length < whole.length; length++)
      expect(readRecorderLog(whole.slice(0, length)).positions).toBe(
        ends.filter((end) => end <= length).length,
      );
  });

  it('ends where a record is damaged', () => {
    const bytes = recorderLog(entries);
    bytes[64 + 48 + 100] = 8;
    expect(readRecorderLog(bytes)).toMatchObject({ positions: 0, cutBytes: bytes.length - 64 });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /does not begin with UNTORNLG/],
    ['another version', withByte(recorderLog([]), 8, 2), /version 2/],
    ['a damaged header', withByte(recorderLog([]), 17, 9), /checksum of its header/],
    ['half a sector', recorderLog([[2, 1, 100, 512]]), /not whole sectors/],
    ['an end without a beginning', recorderLog([[4, 9, 0, 0]]), /request 9 ends before it began/],
    ['an unknown kind', recorderLog([[9, 1, 0, 0]]), /kind 9 is unknown/],
    ['a write without its data', recorderLog([[1, 1, 0, 512]]), /without its data/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readRecorderLog(bytes)).toThrow(BadLog);
    expect(() => readRecorderLog(bytes)).toThrow(message);
  });
});

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  bytes[at] = value;
  return bytes;
}

/** A log of dm-log-writes: one sector for each entry, then its data. */
function dmLog(
  written: readonly { sector: number; count: number; flags: number; fill?: number; text?: string }[],
): Uint8Array {
  const bytes = new Uint8Array(512 * 64);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, 0x6a736677736872n, true);
  view.setBigUint64(8, 1n, true);
  view.setBigUint64(16, BigInt(written.length), true);
  view.setUint32(24, 512, true);
  let at = 512;
  for (const { sector, count, flags, fill, text } of written) {
    const letters = new TextEncoder().encode(text ?? '');
    for (const [i, value] of [sector, count, flags, letters.length].entries())
      view.setBigUint64(at + 8 * i, BigInt(value), true);
    bytes.set(letters, at + 32);
    at += 512;
    if (fill !== undefined) {
      bytes.fill(fill, at, at + 512 * count);
      at += 512 * count;
    }
  }
  return bytes.subarray(0, at);
}

describe('a log of dm-log-writes', () => {
  const bytes = dmLog([
    { sector: 8, count: 2, flags: 0, fill: 1 },
    { sector: 4, count: 1, flags: 0, fill: 2 },
    { sector: 0, count: 0, flags: 1 },
    { sector: 0, count: 0, flags: 8, text: 'mine' },
    { sector: 9, count: 1, flags: 3, fill: 3 },
    { sector: 32, count: 8, flags: 4 },
  ]);

  it('is told from the recorder’s', () => {
    expect([isDmLog(bytes), isRecorderLog(bytes)]).toEqual([true, false]);
    expect(isDmLog(recorderLog(entries))).toBe(false);
    expect(() => readDmLog(recorderLog(entries))).toThrow(/magic number/);
  });

  it('has its requests one after the other, with flushes, FUA, discards and marks', () => {
    const log = readDmLog(bytes);
    expect(log.writes).toMatchObject([
      { at: 4096, lengthBytes: 1024, dataAt: 1024, durable: false },
      { at: 2048, lengthBytes: 512, durable: false },
      { at: 4608, lengthBytes: 512, durable: true },
      { at: 16384, lengthBytes: 4096, data: null },
    ]);
    expect(log.writes.map(({ data }) => data?.[0])).toEqual([1, 2, 3, undefined]);
    expect(log.flushes).toHaveLength(2);
    expect(new TextDecoder().decode(log.marks[0]?.bytes)).toBe('mine');
    const points = crashPoints(log, plainDrive);
    expect(points.map(({ free }) => free)).toEqual([[0, 1], [2], [3]]);
  });

  it('refuses data that is not there', () => {
    expect(() => readDmLog(dmLog([{ sector: 0, count: 4, flags: 0 }]))).toThrow(/past the log's end/);
  });
});
