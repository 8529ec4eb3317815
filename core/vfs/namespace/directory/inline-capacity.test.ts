import { describe, expect, it } from 'vitest';
import { inlineValueCapacity } from './inline-capacity.ts';

/** An attribute area: magic number, entries from the front, values from the back. */
function areaWith(
  bytes: number,
  attributes: { name: string; index: number; valueBytes: number }[],
): Uint8Array {
  const area = new Uint8Array(bytes);
  const view = new DataView(area.buffer);
  view.setUint32(0, 0xea020000, true);
  let entry = 4;
  let valueEnd = bytes - 4;
  for (const { name, index, valueBytes } of attributes) {
    const padded = (valueBytes + 3) & ~3;
    valueEnd -= padded;
    area[entry] = name.length;
    area[entry + 1] = index;
    view.setUint16(entry + 2, valueBytes === 0 ? 0 : valueEnd, true);
    view.setUint32(entry + 8, valueBytes, true);
    area.set(
      Uint8Array.from(name, (character) => character.charCodeAt(0)),
      entry + 16,
    );
    entry += (16 + name.length + 3) & ~3;
  }
  return area;
}

describe('inlineValueCapacity', () => {
  it.each([
    [256, 68],
    [512, 324],
    [1024, 836],
  ])('is what the kernel gives new inodes of %i bytes', (inodeBytes, capacity) => {
    expect(inlineValueCapacity(new Uint8Array(inodeBytes - 160))).toBe(capacity);
  });

  it('is nothing where inodes have no room for attributes', () => {
    expect(inlineValueCapacity(new Uint8Array(0))).toBe(0);
  });

  it('stays what it was once the attribute is there, whatever its size', () => {
    for (const valueBytes of [0, 1, 40, 68]) {
      expect(inlineValueCapacity(areaWith(96, [{ name: 'data', index: 7, valueBytes }]))).toBe(68);
    }
  });

  it('shrinks by what other attributes take', () => {
    const user = { name: 'a', index: 1, valueBytes: 10 };
    expect(inlineValueCapacity(areaWith(96, [user]))).toBe(68 - 20 - 12);
    expect(inlineValueCapacity(areaWith(96, [user, { name: 'data', index: 7, valueBytes: 8 }]))).toBe(
      68 - 20 - 12,
    );
    expect(inlineValueCapacity(areaWith(96, [{ ...user, valueBytes: 60 }]))).toBe(0);
  });

  it('is nothing where the attributes run past their area', () => {
    const area = new Uint8Array(96).fill(0xff);
    area.set([0, 0, 2, 0xea]);
    expect(inlineValueCapacity(area)).toBe(0);
  });
});
