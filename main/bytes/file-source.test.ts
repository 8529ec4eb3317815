import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openFileSource, UnreadableSource } from './index.ts';

describe('openFileSource', () => {
  const folder = mkdtempSync(join(tmpdir(), 'untorn-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives any range, across pages and in large pieces', () => {
    const bytes = Uint8Array.from({ length: 300_001 }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
    const path = join(folder, 'image');
    writeFileSync(path, bytes);
    const source = openFileSource(path);
    expect(source.sizeBytes).toBe(bytes.length);
    fc.assert(
      fc.property(fc.nat(bytes.length), fc.nat(bytes.length), fc.boolean(), (one, other, short) => {
        const [start, end] = one < other ? [one, other] : [other, one];
        const length = short ? Math.min(end - start, 500) : end - start;
        expect(Buffer.compare(source.read(start, length), bytes.subarray(start, start + length))).toBe(0);
      }),
      { numRuns: 300 },
    );
    source.close();
  });

  it('gives bytes that are the caller’s own', () => {
    const path = join(folder, 'own');
    writeFileSync(path, new Uint8Array(1000));
    const source = openFileSource(path);
    source.read(0, 10).fill(1);
    expect(source.read(0, 10)).toEqual(new Uint8Array(10));
    source.close();
  });

  it('refuses ranges outside the file', () => {
    const path = join(folder, 'short');
    writeFileSync(path, new Uint8Array(100));
    const source = openFileSource(path);
    for (const [offset, length] of [
      [99, 2],
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [101, 0],
    ] as const) {
      expect(() => source.read(offset, length)).toThrow(RangeError);
    }
    expect(source.read(100, 0)).toHaveLength(0);
    source.close();
  });

  it('says so when the file was cut while open', () => {
    const path = join(folder, 'cut');
    writeFileSync(path, new Uint8Array(100));
    const source = openFileSource(path);
    truncateSync(path, 50);
    expect(() => source.read(0, 100)).toThrow(/cut: ended at byte 50, it was cut while open/);
    source.close();
  });

  it('refuses what is no image, naming it', () => {
    const fifo = join(folder, 'fifo');
    execFileSync('/usr/bin/mkfifo', [fifo]);
    const cases: [path: string, message: RegExp][] = [
      [join(folder, 'missing'), /missing: cannot be opened \(ENOENT\)/],
      [folder, /is a directory, not an image or a block device/],
      [fifo, /fifo: is neither a file nor a block device/],
      ['/dev/null', /\/dev\/null: is neither a file nor a block device/],
    ];
    for (const [path, message] of cases) {
      expect(() => openFileSource(path)).toThrow(UnreadableSource);
      expect(() => openFileSource(path)).toThrow(message);
    }
  });
});
