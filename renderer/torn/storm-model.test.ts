import { describe, expect, it } from 'vitest';
import { faultAt } from '../state/model.ts';
import { modelOfLayout } from './storm-model.ts';

describe('modelOfLayout', () => {
  const layout = { blockBytes: 4096, extents: [0, 1000, 8, 0, 8, 5000, 8, 0] };

  it('cuts extents where a unit that is wrong begins and ends, and knows what is wrong with it', () => {
    const faults = [
      { address: 6 * 4096, bytes: 16_384, verdict: 'torn' },
      { address: 12 * 4096, bytes: 4096, verdict: 'mixed-writers' },
    ] as const;
    const model = modelOfLayout('/tmp/units', layout, faults);
    const [file] = model.files;
    if (!file) throw new Error('there is a file');
    const { pairing } = file;
    const rows = Array.from({ length: pairing.count }, (_, row) => [
      pairing.logical[row],
      pairing.actual[row],
      pairing.length[row],
      faultAt(file, row),
    ]);
    expect(rows).toEqual([
      [0, 1000, 6, ''],
      [6, 1006, 2, 'torn'],
      [8, 5000, 2, 'torn'],
      [10, 5002, 2, ''],
      [12, 5004, 1, 'mixed writers'],
      [13, 5005, 3, ''],
    ]);
    expect(model.volume.blockCount).toBe(5008);
    expect(model.sides).toEqual(['actual']);
  });

  it('counts a block with parts of several faults once', () => {
    const faults = [
      { address: 4096, bytes: 512, verdict: 'torn' },
      { address: 4096 + 1024, bytes: 4096, verdict: 'stale' },
    ] as const;
    const model = modelOfLayout('/tmp/units', layout, faults);
    expect(model.files[0]?.faults).toEqual([
      { first: 1, end: 2, word: 'torn' },
      { first: 2, end: 3, word: 'stale' },
    ]);
  });
});
