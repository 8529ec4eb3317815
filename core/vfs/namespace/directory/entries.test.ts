import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryArea, fileTypes, recordBytes } from './entries.ts';
import { nameOfBytes } from './name.ts';

const areaBytes = 1012;

function emptyArea(): EntryArea {
  const area = new EntryArea(new Uint8Array(areaBytes));
  area.setRecordLength(0, areaBytes);
  return area;
}

function nameOf(text: string) {
  return nameOfBytes(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function add(area: EntryArea, text: string, ino = 12): boolean {
  const offset = area.findRoom(text.length, areaBytes);
  if (offset >= 0) area.insertAt(offset, { name: nameOf(text), ino, fileType: fileTypes.regular });
  return offset >= 0;
}

/** Offset, record length and name of every entry, unused ones too. */
function entriesOf(area: EntryArea): [offset: number, length: number, name: string][] {
  const entries: [number, number, string][] = [];
  for (let offset = 0; offset < areaBytes; offset = area.next(offset)) {
    const name = area.ino(offset) === 0 ? '' : String.fromCharCode(...area.nameBytes(offset));
    entries.push([offset, area.recordLength(offset), name]);
  }
  return entries;
}

describe('EntryArea', () => {
  it('puts an entry into the slack of the one before', () => {
    const area = emptyArea();
    add(area, 'first');
    add(area, 'second!');
    expect(entriesOf(area)).toEqual([
      [0, 16, 'first'],
      [16, areaBytes - 16, 'second!'],
    ]);
  });

  it('gives the room of a removed entry to the one before, and takes the first that fits', () => {
    const area = emptyArea();
    for (const name of ['aaaa', 'bbbb', 'cccc', 'dddd']) add(area, name);
    area.remove(area.find(nameOf('bbbb')));
    expect(entriesOf(area).map(([, length, name]) => [length, name])).toEqual([
      [24, 'aaaa'],
      [12, 'cccc'],
      [areaBytes - 36, 'dddd'],
    ]);
    add(area, 'five5');
    expect(area.find(nameOf('five5'))).toBe(48);
    add(area, 'six');
    expect(area.find(nameOf('six'))).toBe(12);
  });

  it('keeps the room of the first entry, which can be used whole', () => {
    const area = emptyArea();
    for (const name of ['aaaaaaaa', 'bbbb']) add(area, name);
    area.remove(0);
    expect(entriesOf(area)[0]).toEqual([0, 16, '']);
    add(area, 'c');
    expect(entriesOf(area)[0]).toEqual([0, 16, 'c']);
  });

  it('remembers that it is full, until something is removed', () => {
    const area = emptyArea();
    for (let i = 0; add(area, `name${i}`); i++);
    expect(add(area, 'name-more')).toBe(false);
    area.remove(area.find(nameOf('name7')));
    expect(add(area, 'new7')).toBe(true);
  });

  it('always covers its bytes with entries that do not overlap, and finds what it holds', () => {
    const step = fc.record({ add: fc.boolean(), name: fc.stringMatching(/^[a-f]{1,40}$/) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const area = emptyArea();
        const held = new Set<string>();
        for (const { add: adds, name } of steps) {
          if (adds && !held.has(name) && add(area, name)) held.add(name);
          if (!adds && held.delete(name)) area.remove(area.find(nameOf(name)));
          const entries = entriesOf(area);
          expect(entries.reduce((sum, [, length]) => sum + length, 0)).toBe(areaBytes);
          expect(entries.every(([, length, text]) => length >= recordBytes(text.length))).toBe(true);
          expect(entries.map(([, , text]) => text).filter((text) => text !== '')).toHaveLength(held.size);
        }
        for (const name of held) expect(area.find(nameOf(name))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
