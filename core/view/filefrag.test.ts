import { describe, expect, it } from 'vitest';
import { columnsFromFlat } from './extents.ts';
import { filefragText } from './filefrag.ts';
import { pairExtents } from './pair.ts';

const predicted = columnsFromFlat([0, 100, 4, 0, 4, 104, 2, 1, 6, 300, 1, 0]);
const elsewhere = columnsFromFlat([0, 100, 4, 0, 4, 104, 2, 1, 6, 9000, 1, 0]);

describe('filefragText', () => {
  it('writes extents as filefrag -v does, with what was expected where one does not continue the other', () => {
    const pairing = pairExtents(predicted, null);
    expect(filefragText('log', pairing, { first: 0, end: 3 }, 4096)).toBe(
      [
        'log, predicted (blocks of 4096 bytes)',
        ' ext:     logical_offset:        physical_offset: length:   expected: flags:',
        '   0:        0..       3:        100..       103:      4:',
        '   1:        4..       5:        104..       105:      2:             unwritten',
        '   2:        6..       6:        300..       300:      1:        106: last',
        '',
      ].join('\n'),
    );
  });

  it('tells one side where both are the same, and both where they differ in the rows', () => {
    const pairing = pairExtents(predicted, elsewhere);
    const same = filefragText('log', pairing, { first: 0, end: 2 }, 4096);
    expect(same).toContain('log, actual');
    expect(same).not.toContain('predicted');
    const both = filefragText('log', pairing, { first: 1, end: 3 }, 4096);
    expect(both.match(/^log, (predicted|actual)/gm)).toEqual(['log, predicted', 'log, actual']);
    expect(both).toContain('   2:        6..       6:       9000..      9000:      1:        106: last');
    expect(both).not.toContain('   0:');
  });
});
