import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitShare, type ByteExtent } from './units.ts';

const KiB = 1024;
const extent = (
  logical: number,
  physical: number,
  length: number,
  state: ByteExtent['state'] = 'written',
): ByteExtent => ({
  logicalBytes: logical * KiB,
  physicalBytes: physical * KiB,
  lengthBytes: length * KiB,
  state,
});
const share = (extents: ByteExtent[], fileKiB: number, unitKiB: number) => {
  const { units, aligned, holes, firstFaults } = unitShare(extents, fileKiB * KiB, unitKiB * KiB);
  return [
    units,
    aligned,
    holes,
    ...firstFaults.map(({ offsetBytes, fault }) => `${offsetBytes / KiB} ${fault}`),
  ];
};

describe('the share of units in one aligned extent', () => {
  it.each<[string, ByteExtent[], number, number, (string | number)[]]>([
    ['one aligned extent', [extent(0, 64, 64)], 64, 16, [4, 4, 0]],
    [
      'one extent off by a block',
      [extent(0, 68, 64)],
      64,
      16,
      [4, 0, 0, '0 off alignment', '16 off alignment', '32 off alignment', '48 off alignment'],
    ],
    ['off by a block, for units of a block', [extent(0, 68, 64)], 64, 4, [16, 16, 0]],
    ['an empty file', [], 0, 16, [0, 0, 0]],
    ['nothing but a hole', [], 64, 16, [4, 0, 4]],
    ['a hole in the middle', [extent(0, 64, 16), extent(48, 112, 16)], 64, 16, [4, 2, 2]],
    ['a unit half allocated', [extent(0, 64, 24)], 64, 16, [4, 1, 2, '16 partly a hole']],
    ['two extents that continue each other', [extent(0, 64, 8), extent(8, 72, 8)], 16, 16, [1, 1, 0]],
    [
      'two that continue in all but state',
      [extent(0, 64, 8), extent(8, 72, 8, 'unwritten')],
      16,
      16,
      [1, 0, 0, '0 several extents'],
    ],
    [
      'two that do not continue',
      [extent(0, 64, 8), extent(8, 96, 8)],
      16,
      16,
      [1, 0, 0, '0 several extents'],
    ],
    ['a started unit at the end', [extent(0, 64, 20)], 20, 16, [2, 1, 0, '16 partly a hole']],
    ['space beyond the end', [extent(0, 64, 64)], 20, 16, [2, 2, 0]],
  ])('%s', (_, extents, file, unit, expected) => expect(share(extents, file, unit)).toEqual(expected));

  it('names the first five faults only', () => {
    expect(unitShare([extent(0, 4, 1024)], 1024 * KiB, 16 * KiB).firstFaults).toHaveLength(5);
  });

  it('agrees with a count unit by unit', () => {
    const piece = fc.record({
      gap: fc.nat(3),
      length: fc.integer({ min: 1, max: 9 }),
      at: fc.nat(40),
      unwritten: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.nat(80),
        fc.constantFrom(4, 8, 16),
        (pieces, file, unit) => {
          let logical = 0;
          const extents = pieces.map(({ gap, length, at, unwritten }) => {
            logical += gap * 4;
            const made = extent(logical, at * 4, length * 4, unwritten ? 'unwritten' : 'written');
            logical += length * 4;
            return made;
          });
          const got = unitShare(extents, file * KiB, unit * KiB);
          let [aligned, holes] = [0, 0];
          for (let at = 0; at < file; at += unit) {
            const blocks = Array.from({ length: unit / 4 }, (_, index) => {
              const where = (at + index * 4) * KiB;
              const found = extents.find(
                (e) => e.logicalBytes <= where && where < e.logicalBytes + e.lengthBytes,
              );
              return (
                found && { state: found.state, physical: found.physicalBytes + where - found.logicalBytes }
              );
            });
            const [first] = blocks;
            if (blocks.every((block) => block === undefined)) holes++;
            else if (
              first &&
              first.physical % (unit * KiB) === 0 &&
              blocks.every(
                (block, index) =>
                  block?.state === first.state && block.physical === first.physical + index * 4 * KiB,
              )
            )
              aligned++;
          }
          expect({ aligned: got.aligned, holes: got.holes }).toEqual({ aligned, holes });
        },
      ),
    );
  });
});
