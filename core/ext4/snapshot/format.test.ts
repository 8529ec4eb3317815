import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeSnapshot, encodeSnapshot, SnapshotError, snapshotSource, type Snapshot } from './index.ts';

const sample: Snapshot = {
  sizeBytes: 2 ** 40,
  pieces: [
    { offsetBytes: 1024, bytes: new Uint8Array([1, 2, 3]) },
    { offsetBytes: 1027, bytes: new Uint8Array([4]) },
    { offsetBytes: 2 ** 33, bytes: new Uint8Array([5, 6]) },
  ],
  hiddenNames: [{ replacement: new Uint8Array([0x80, 0xbf]), hash: 0xfffffffc }],
};

it('comes back as it was', () => {
  expect(decodeSnapshot(encodeSnapshot(sample))).toEqual(sample);
});

it('is read like the filesystem, across pieces, and no further', () => {
  const source = snapshotSource(sample);
  expect(source.read(1025, 3)).toEqual(new Uint8Array([2, 3, 4]));
  expect(source.read(2 ** 33 + 1, 1)).toEqual(new Uint8Array([6]));
  expect(() => source.read(1027, 2)).toThrow(/does not hold byte 1028/);
  expect(() => source.read(0, 1)).toThrow(/does not hold byte 0/);
  expect(source.nameHashes?.get('\x80\xbf')).toBe(0xfffffffc);
});

it('is refused where it was cut, lengthened or changed in its header', () => {
  const encoded = encodeSnapshot(sample);
  for (let length = 0; length < encoded.length; length++)
    expect(() => decodeSnapshot(encoded.subarray(0, length))).toThrow(SnapshotError);
  expect(() => decodeSnapshot(new Uint8Array([...encoded, 0]))).toThrow(/follow the last piece/);
  const text = new TextDecoder('latin1').decode(encoded);
  const changed = (from: string, to: string) =>
    Uint8Array.from(text.replace(from, to), (letter) => letter.charCodeAt(0));
  expect(() => decodeSnapshot(changed('"version":1', '"version":2'))).toThrow(/wrong at version/);
  expect(() => decodeSnapshot(changed('[1027,1]', '[1026,1]'))).toThrow(/out of place/);
  expect(() => decodeSnapshot(changed('"80bf"', '"41bf"'))).toThrow(/wrong at names/);
});

it('never breaks on other bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => decodeSnapshot(bytes)).toThrow(SnapshotError);
    }),
  );
});
