import { describe, expect, it } from 'vitest';
import { decodeNvmeController, decodeNvmeNamespace } from './nvme.ts';
import { decodeScsiBlockLimits } from './scsi.ts';

/** Bytes put where the specifications have the fields, and nothing else. */
function structure(length: number, parts: Readonly<Record<number, readonly number[]>>): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const [at, values] of Object.entries(parts)) bytes.set(values, Number(at));
  return bytes;
}

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));

describe('Identify Controller', () => {
  const bytes = structure(4096, {
    4: ascii('S3RIAL              '),
    24: ascii('A MODEL'.padEnd(40)),
    64: ascii('1.2     '),
    76: [0x02],
    77: [5],
    526: [0xff, 0x00],
    528: [0x7f, 0x00],
    532: [0x07, 0x00],
    768: ascii('nqn.2026-01.example:one'),
  });

  it('has its fields where the specification says', () => {
    expect(decodeNvmeController(bytes)).toEqual({
      serial: 'S3RIAL',
      model: 'A MODEL',
      firmware: '1.2',
      severalControllers: true,
      maxTransferBytes: 128 * 1024,
      normalUnit: 255,
      powerFailUnit: 127,
      compareUnit: 7,
      subsystem: 'nqn.2026-01.example:one',
    });
  });

  it('reads little-endian, 0 for "no limit", and nothing but whole structures', () => {
    const high = structure(4096, { 528: [0x00, 0x01] });
    expect(decodeNvmeController(high)).toMatchObject({
      powerFailUnit: 256,
      maxTransferBytes: 0,
      severalControllers: false,
    });
    expect(() => decodeNvmeController(bytes.subarray(1))).toThrow(RangeError);
  });

  it('reads a view into larger memory', () => {
    const larger = new Uint8Array(5000);
    larger.set(bytes, 100);
    expect(decodeNvmeController(larger.subarray(100, 4196)).powerFailUnit).toBe(127);
  });
});

describe('Identify Namespace', () => {
  const formats = { 130: [9], 134: [12] };

  it('has its fields where the specification says', () => {
    const bytes = structure(4096, {
      ...formats,
      24: [0x02],
      25: [1],
      26: [0x01],
      34: [0x03, 0x00],
      36: [0x0f, 0x00],
      38: [0x01, 0x00],
      40: [0x1f, 0x00],
      42: [0x08, 0x00],
      44: [0x3f, 0x00],
    });
    expect(decodeNvmeNamespace(bytes)).toEqual({
      atomicsDefined: true,
      normalUnit: 3,
      powerFailUnit: 15,
      compareUnit: 1,
      normalBoundary: 31,
      boundaryOffset: 8,
      powerFailBoundary: 63,
      logicalBlockBytes: 4096,
    });
  });

  it('knows NSFEAT by its bit 1 alone', () => {
    const withFeature = (value: number) =>
      decodeNvmeNamespace(structure(4096, { ...formats, 24: [value] })).atomicsDefined;
    expect([0xfd, 0x00, 0x02, 0xff].map(withFeature)).toEqual([false, false, true, true]);
  });

  it('takes the format in use, with the high bits of FLBAS where there are more than 16', () => {
    const many = { 130: [9], 198: [12] };
    const block = (flbas: number, nlbaf: number) =>
      decodeNvmeNamespace(structure(4096, { ...many, 25: [nlbaf], 26: [flbas] })).logicalBlockBytes;
    expect(block(0x00, 0)).toBe(512);
    expect(block(0x21, 17)).toBe(4096);
    expect(block(0x20, 1)).toBe(512);
  });

  it('refuses a format of no size', () => {
    expect(() => decodeNvmeNamespace(new Uint8Array(4096))).toThrow(/2\^0/);
  });
});

describe('the Block Limits page', () => {
  /** As scsi_debug with atomic_wr=1 answers (its defaults: 128 blocks at most, alignment and granularity of 2). */
  const page = structure(64, {
    1: [0xb0, 0x00, 0x3c],
    44: [0, 0, 0, 128],
    48: [0, 0, 0, 2],
    52: [0, 0, 0, 2],
    56: [0, 0, 1, 0],
    60: [0, 0, 0, 64],
  });

  it('has its fields where the standard says, big-endian', () => {
    expect(decodeScsiBlockLimits(page)).toEqual({
      pageBytes: 64,
      maximumLength: 128,
      alignment: 2,
      granularity: 2,
      maximumLengthWithBoundary: 256,
      maximumBoundary: 64,
    });
  });

  it('is read as a disk really gave it: scsi_debug of Linux 7.2.7 with atomic_wr=1, by SG_IO', () => {
    const recorded = [
      '00b0003c00000001000c8000000004000000000000000000000000000000000100000000',
      '000000000000ffff0000008000000002000000020000008000000080',
    ].join('');
    const bytes = Uint8Array.from(recorded.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    expect(decodeScsiBlockLimits(bytes)).toEqual({
      pageBytes: 64,
      maximumLength: 128,
      alignment: 2,
      granularity: 2,
      maximumLengthWithBoundary: 128,
      maximumBoundary: 128,
    });
  });

  it('has none of them where the page is shorter, by its own length or by what came', () => {
    const none = { maximumLength: 0, alignment: 0, granularity: 0 };
    const older = structure(64, { 1: [0xb0, 0x00, 0x0c], 44: [0, 0, 0, 128] });
    expect(decodeScsiBlockLimits(older)).toMatchObject({ pageBytes: 16, ...none });
    expect(decodeScsiBlockLimits(page.subarray(0, 48))).toMatchObject({ pageBytes: 48, ...none });
  });

  it('is no other page', () => {
    expect(() => decodeScsiBlockLimits(structure(64, { 1: [0xb1] }))).toThrow(/b1h/);
    expect(() => decodeScsiBlockLimits(new Uint8Array(3))).toThrow(RangeError);
  });
});
