import { describe, expect, it } from 'vitest';
import { columnsFromFlat, columnsFromRanges, pairExtents } from '../../core/view/index.ts';
import { nextWrong, unitAmong, wrongCount, type Selection } from './map-bench.ts';
import { guessVolume, type FileModel, type LayoutModel } from './model.ts';

/** Files of ten extents each, with a fault where a list says so. */
function modelOf(...faults: readonly (readonly number[])[]): LayoutModel {
  const flat = Array.from({ length: 10 }, (_, at) => [at, at * 100, 1, 0]).flat();
  const files = faults.map((blocks, index): FileModel => {
    const ranges = columnsFromRanges(blocks.flatMap((block) => [block, 1]));
    const pairing = pairExtents(null, columnsFromFlat(flat), null, ranges);
    return { name: String(index), pairing, predicted: null, actual: null, differences: 0, faults: [] };
  });
  return { volume: guessVolume(files), volumeKnown: false, sides: ['actual'], files };
}

describe('nextWrong', () => {
  const model = modelOf([2, 9], [], [0]);
  const around = (direction: 1 | -1, from: Selection | null) => {
    const seen: string[] = [];
    for (let at = from, step = 0; step < 4; step++) {
      at = nextWrong(model, at, direction);
      seen.push(`${at?.file}:${at?.row}`);
    }
    return seen;
  };

  it('goes through all that is wrong, and around the end', () => {
    expect(around(1, null)).toEqual(['0:2', '0:9', '2:0', '0:2']);
    expect(around(-1, null)).toEqual(['2:0', '0:9', '0:2', '2:0']);
    expect(around(1, { file: 1, row: 4 })[0]).toBe('2:0');
    expect(around(-1, { file: 1, row: 4 })[0]).toBe('0:9');
    expect(wrongCount(model)).toBe(3);
  });

  it('stays at the only one, and finds none where there is none', () => {
    const one = modelOf([], [5]);
    expect(nextWrong(one, { file: 1, row: 5 }, 1)).toEqual({ file: 1, row: 5 });
    expect(nextWrong(modelOf([], []), null, 1)).toBeNull();
    expect(nextWrong(modelOf(), null, -1)).toBeNull();
  });
});

describe('unitAmong', () => {
  it('is the chosen one where the volume has it, else the usual one, else the smallest', () => {
    expect(unitAmong([4096, 8192], 8192, 4096)).toBe(8192);
    expect(unitAmong([4096, 8192], null, 8192)).toBe(8192);
    expect(unitAmong([65_536], 4096, 16_384)).toBe(65_536);
  });
});
