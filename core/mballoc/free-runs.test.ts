import { expect, test } from 'vitest';
import { sampleGeometry } from '../../test/support/sample-filesystem.ts';
import { freeRunsOf } from './free-runs.ts';
import { GroupLayout } from './layout.ts';

/** Two groups of 64 clusters; the last has 40. */
const layout = new GroupLayout({
  ...sampleGeometry({ groupCount: 2, clustersPerGroup: 64 }),
  blocksPerGroup: 64,
  blocksCount: 104,
});

function groups(first: string, second: string) {
  const all = [first, second].map((text) => {
    const bytes = new Uint8Array(8).fill(0xff);
    [...text].forEach((mark, at) => {
      if (mark === '.') bytes[at >> 3] = (bytes[at >> 3] ?? 0) & ~(1 << (at & 7));
    });
    return bytes;
  });
  return freeRunsOf(layout, (group) => all[group] ?? new Uint8Array());
}

test('a run goes on into the next group, and ends with the filesystem', () => {
  expect(groups('##..#'.padEnd(60, '#') + '....', '...#'.padEnd(38, '#') + '.....')).toEqual({
    clusters: 2 + 7 + 2,
    runs: 3,
    largestRun: 7,
  });
  expect(groups('', '')).toEqual({ clusters: 0, runs: 0, largestRun: 0 });
});
