import { describe, expect, it } from 'vitest';
import { answerOf, readCases } from '../../../test/support/atomic-cases.ts';

const cases = readCases(`
# a drive of 512 bytes to 64 KiB, plain ext4: exactly one block
6.18 | ext4 4K | 512-64K | 4K@0    | hardware
6.18 | ext4 4K | 512-64K | 8K@0    | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K | 512-64K | 2K@0    | EINVAL filesystem.at-least-minimum
6.18 | ext4 4K | 512-64K | 512@0   | EINVAL filesystem.at-least-minimum
6.18 | ext4 1K | 512-64K | 1K@0    | hardware
6.18 | ext4 1K | 512-64K | 4K@0    | EINVAL filesystem.at-most-maximum
6.18 | ext4 1K | 512-64K | 512@0   | EINVAL filesystem.at-least-minimum
6.18 | ext4 2K | 512-64K | 2K@2K   | hardware
6.18 | ext4 2K | 512-64K | 2K@1K   | EINVAL call.naturally-aligned
6.18 | ext4 8K | 512-64K | 8K@0    | hardware
6.18 | ext4 64K | 512-64K | 64K@0  | hardware
6.18 | ext4 64K | 512-64K | 32K@0  | EINVAL filesystem.at-least-minimum

# bigalloc, since 6.16: from a block to a cluster
6.18 | ext4 4K/16K | 512-64K | 4K@0   | hardware
6.18 | ext4 4K/16K | 512-64K | 8K@0   | hardware
6.18 | ext4 4K/16K | 512-64K | 16K@0  | hardware
6.18 | ext4 4K/16K | 512-64K | 32K@0  | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K/64K | 512-64K | 64K@0  | hardware
6.18 | ext4 4K/64K | 512-64K | 128K@0 | EINVAL filesystem.at-most-maximum
6.18 | ext4 1K/16K | 512-64K | 1K@3K  | hardware
6.18 | ext4 1K/16K | 512-64K | 16K@0  | hardware
6.18 | ext4 1K/16K | 512-64K | 512@0  | EINVAL filesystem.at-least-minimum
6.16 | ext4 4K/16K | 512-64K | 16K@0  | hardware
6.15 | ext4 4K/16K | 512-64K | 16K@0  | EINVAL filesystem.at-most-maximum
6.15 | ext4 4K/16K | 512-64K | 4K@0   | hardware
6.13 | ext4 4K/16K | 512-64K | 8K@0   | EINVAL filesystem.at-most-maximum
7.1  | ext4 4K/16K | 512-64K | 16K@0  | hardware

# the device is the smaller one
6.18 | ext4 4K/256K | 512-64K  | 64K@0  | hardware
6.18 | ext4 4K/256K | 512-64K  | 128K@0 | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K/64K  | 512-16K  | 16K@0  | hardware
6.18 | ext4 4K/64K  | 512-16K  | 32K@0  | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K/64K  | 512-4K   | 4K@0   | hardware
6.18 | ext4 4K/64K  | 512-4K   | 8K@0   | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K/64K  | 8K-64K   | 4K@0   | EINVAL filesystem.at-least-minimum
6.18 | ext4 4K/64K  | 8K-64K   | 8K@0   | hardware
6.18 | ext4 4K/16K  | 16K-64K  | 16K@0  | hardware
6.18 | ext4 4K/16K  | 16K-64K  | 8K@0   | EINVAL filesystem.at-least-minimum

# windows that do not meet: the file is not capable
6.18 | ext4 4K      | 8K-64K  | 8K@0 | EOPNOTSUPP ext4.windows-meet
6.18 | ext4 4K      | 512-2K  | 4K@0 | EOPNOTSUPP ext4.windows-meet
6.18 | ext4 4K      | 512-512 | 4K@0 | EOPNOTSUPP ext4.windows-meet
6.18 | ext4 1K      | 512-512 | 1K@0 | EOPNOTSUPP ext4.windows-meet
6.18 | ext4 4K/16K  | 32K-64K | 16K@0 | EOPNOTSUPP ext4.windows-meet
6.18 | ext4 4K/16K  | 4K-4K lb4K | 4K@0 | hardware
6.18 | ext4 4K/16K  | 4K-4K lb4K | 8K@0 | EINVAL filesystem.at-most-maximum
6.15 | ext4 4K/16K  | 8K-64K  | 8K@0 | EOPNOTSUPP ext4.windows-meet

# a device without limits, none at all, one off alignment, one that is not known
6.18 | ext4 4K     | none          | 4K@0 | EOPNOTSUPP ext4.device-capable
6.18 | ext4 4K/16K | none          | 16K@0 | EOPNOTSUPP ext4.device-capable
6.18 | ext4 4K     | -             | 4K@0 | EOPNOTSUPP ext4.device-capable
6.18 | ext4 4K     | ?             | 4K@0 | unknown
6.18 | ext4 4K     | unknown       | 4K@0 | unknown
6.18 | ext4 4K     | 4K-64K @1M    | 4K@0 | hardware
6.18 | ext4 4K     | 4K-64K @31.5K | 4K@0 | EOPNOTSUPP block.partition-aligned
6.18 | ext4 4K     | 512-64K @31.5K | 4K@0 | hardware
6.18 | ext4 4K     | 512-64K @? | 4K@0 | unknown
6.18 | ext4 4K     | 512-64K b64K @1M | 4K@0 | hardware
6.18 | ext4 4K     | 512-64K b64K @96K | 4K@0 | EOPNOTSUPP block.partition-aligned

# extents, of the filesystem and of the file: asked since 6.16
6.18 | ext4 4K noext    | 512-64K | 4K@0 | EOPNOTSUPP ext4.extent-feature
6.18 | ext4 4K indirect | 512-64K | 4K@0 | EOPNOTSUPP ext4.extent-file
6.16 | ext4 4K indirect | 512-64K | 4K@0 | EOPNOTSUPP ext4.extent-file
6.15 | ext4 4K indirect | 512-64K | 4K@0 | hardware
6.13 | ext4 4K noext    | 512-64K | 4K@0 | hardware
6.18 | ext4 4K extents? | 512-64K | 4K@0 | unknown
6.14 | ext4 4K extents? | 512-64K | 4K@0 | hardware
6.18 | ext4 4K noext    | none    | 4K@0 | EOPNOTSUPP ext4.device-capable
6.18 | ext4 ?           | 512-64K | 4K@0 | unknown
6.18 | ext4 4K/?        | 512-64K | 4K@0 | unknown

# data in the inode
6.18 | ext4 4K inline | 512-64K | 4K@0 | EOPNOTSUPP ext4.inline-file
6.16 | ext4 4K inline | 512-64K | 4K@0 | EOPNOTSUPP ext4.inline-file
6.15 | ext4 4K inline | 512-64K | 4K@0 | not atomic ext4.inline-before-extents
6.15 | ext4 4K inline | 512-64K | 8K@0 | EINVAL filesystem.at-most-maximum

# accepted, and not atomic: there is no direct I/O
6.18 | ext4 4K journal      | 512-64K | 4K@0  | not atomic ext4.journalled-data
6.18 | ext4 4K/16K journal  | 512-64K | 16K@0 | not atomic ext4.journalled-data
6.13 | ext4 4K journal      | 512-64K | 4K@0  | not atomic ext4.journalled-data
7.3  | ext4 4K journal      | 512-64K | 4K@0  | not atomic ext4.journalled-data
6.18 | ext4 4K journal      | 512-64K | 8K@0  | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K journal      | 512-64K | 4K@0 buffered | EOPNOTSUPP call.direct
6.18 | ext4 4K journal      | none    | 4K@0  | EOPNOTSUPP ext4.device-capable
6.18 | ext4 4K journal?     | 512-64K | 4K@0  | unknown
6.18 | ext4 4K crypt        | 512-64K | 4K@0  | not atomic ext4.encrypted
6.18 | ext4 4K blkcrypt     | 512-64K | 4K@0  | hardware
6.18 | ext4 4K/16K crypt    | 512-64K | 32K@0 | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K dax          | 512-64K | 4K@0  | not atomic ext4.dax
6.18 | ext4 4K dax?         | 512-64K | 4K@0  | unknown
6.18 | ext4 4K journal dax  | 512-64K | 4K@0  | not atomic ext4.dax

# sealed files
6.18 | ext4 4K verity         | 512-64K | 4K@0 | EPERM ext4.verity
6.18 | ext4 4K verity         | none    | 4K@0 | EPERM ext4.verity
6.18 | ext4 4K/16K verity journal | 512-64K | 4K@0 | EPERM ext4.verity
`);

describe('ext4', () => {
  it.each(cases.map((each) => [each.line, each] as const))('%s', (_, each) => {
    expect(answerOf(each)).toBe(each.expected);
  });
});
