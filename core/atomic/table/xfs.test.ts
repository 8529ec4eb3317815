import { describe, expect, it } from 'vitest';
import { answerOf, readCases } from '../../../test/support/atomic-cases.ts';

/** An XFS of 512 MiB in four groups; its log lets 256 blocks of 4 KiB be remapped, 128 of 1 KiB (recorded from 6.18). */
const cases = readCases(`
# reflink, no limits below: software, from a block to what the log takes
6.18 | xfs 4K | none | 4K@0   | software
6.18 | xfs 4K | none | 64K@0  | software
6.18 | xfs 4K | none | 1M@0   | software
6.18 | xfs 4K | none | 2M@0   | EINVAL filesystem.at-most-maximum
6.18 | xfs 4K | none | 2K@0   | EINVAL filesystem.at-least-minimum
6.18 | xfs 4K | none | 1M@1M  | software
6.18 | xfs 4K | none | 1M@512K | EINVAL call.naturally-aligned
6.18 | xfs 4K | none | 64K@0 v2 | EINVAL call.one-buffer
6.18 | xfs 4K | none | 96K@0  | EINVAL call.power-of-two
6.18 | xfs 4K | none | 64K@0 buffered | EOPNOTSUPP call.direct
6.18 | xfs 1K | none | 128K@0 | software
6.18 | xfs 1K | none | 256K@0 | EINVAL filesystem.at-most-maximum
6.18 | xfs 1K | none | 512@0  | EINVAL filesystem.at-least-minimum
6.18 | xfs 4K | -    | 4K@0   | software
6.16 | xfs 4K | none | 1M@0   | software
7.3  | xfs 4K | none | 1M@0   | software

# without software: before 6.16, and without reflink; then the drive writes one block
6.15 | xfs 4K           | none    | 4K@0  | EOPNOTSUPP xfs.some-way
6.13 | xfs 4K           | none    | 4K@0  | EOPNOTSUPP xfs.some-way
6.15 | xfs 4K           | 512-64K | 4K@0  | hardware
6.15 | xfs 4K           | 512-64K | 8K@0  | EINVAL filesystem.at-most-maximum
6.15 | xfs 4K           | 512-64K | 2K@0  | EINVAL filesystem.at-least-minimum
6.13 | xfs 4K           | 512-2K  | 4K@0  | EOPNOTSUPP xfs.some-way
6.13 | xfs 4K           | 8K-64K  | 8K@0  | EOPNOTSUPP xfs.some-way
6.18 | xfs 4K noreflink | none    | 4K@0  | EOPNOTSUPP xfs.some-way
6.18 | xfs 4K noreflink | -       | 4K@0  | EOPNOTSUPP xfs.some-way
6.18 | xfs 4K noreflink | 512-64K | 4K@0  | hardware
6.18 | xfs 4K noreflink | 512-64K | 8K@0  | EINVAL filesystem.at-most-maximum
6.18 | xfs 4K noreflink | 512-2K  | 4K@0  | EOPNOTSUPP xfs.some-way
6.18 | xfs 4K noreflink | 8K-64K  | 8K@0  | EOPNOTSUPP xfs.some-way
6.18 | xfs 4K noreflink | 4K-64K @31.5K | 4K@0 | EOPNOTSUPP xfs.some-way
6.18 | xfs 1K noreflink | 512-64K | 1K@1K | hardware
6.18 | xfs 4K noreflink | unknown | 4K@0  | unknown
7.3  | xfs 4K noreflink | 512-64K | 4K@0  | hardware

# reflink and a drive: the drive first, software beyond it and wherever the range is not one aligned extent
6.18 | xfs 4K | 512-64K | 4K@0    | hardware first
6.18 | xfs 4K | 512-64K | 64K@0   | hardware first
6.18 | xfs 4K | 512-64K | 128K@0  | software
6.18 | xfs 4K | 512-64K | 1M@0    | software
6.18 | xfs 4K | 512-64K | 2M@0    | EINVAL filesystem.at-most-maximum
6.18 | xfs 4K | 512-64K | 64K@0 at-written   | hardware
6.18 | xfs 4K | 512-64K | 64K@0 at-unwritten | hardware
6.18 | xfs 4K | 512-64K | 64K@0 at-crooked   | software
6.18 | xfs 4K | 512-64K | 64K@0 at-mixed     | software
6.18 | xfs 4K | 512-64K | 64K@0 at-hole      | hardware first
6.18 | xfs 4K | 512-64K | 128K@0 at-written  | software
6.18 | xfs 4K | 512-2K  | 4K@0    | software
6.18 | xfs 4K | 8K-64K  | 8K@0    | software
6.18 | xfs 4K | 4K-64K @31.5K | 4K@0 | software
6.18 | xfs 4K | unknown | 4K@0    | unknown

# a drive makes groups count by their largest factor of two
6.18 | xfs 4K groups=96K  | 512-64K | 32K@0 | hardware first
6.18 | xfs 4K groups=96K  | 512-64K | 64K@0 | EINVAL filesystem.at-most-maximum
6.18 | xfs 4K groups=96K  | none    | 64K@0 | software
6.18 | xfs 4K groups=96K  | none    | 128K@0 | EINVAL filesystem.at-most-maximum

# the mount option stands in for the log
6.18 | xfs 4K max=64K | none    | 64K@0  | software
6.18 | xfs 4K max=64K | none    | 128K@0 | EINVAL filesystem.at-most-maximum
6.18 | xfs 4K max=4K  | none    | 8K@0   | EINVAL filesystem.at-most-maximum
6.18 | xfs 4K max=4M  | none    | 4M@0   | software
6.18 | xfs 4K max=4M  | 512-64K | 64K@0  | hardware first

# DAX has neither way; a realtime section is not known to the rules
6.18 | xfs 4K dax  | none    | 4K@0 | EOPNOTSUPP xfs.not-dax
6.18 | xfs 4K dax  | 512-64K | 4K@0 | EOPNOTSUPP xfs.not-dax
6.18 | xfs 4K dax? | none    | 4K@0 | unknown
6.18 | xfs 4K rt   | none    | 4K@0 | unknown
6.18 | xfs 4K rt noreflink | 512-64K | 4K@0 | hardware
`);

describe('XFS', () => {
  it.each(cases.map((each) => [each.line, each] as const))('%s', (_, each) => {
    expect(answerOf(each)).toBe(each.expected);
  });
});
