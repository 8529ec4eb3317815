import { describe, expect, it } from 'vitest';
import { answerOf, readCases } from '../../../test/support/atomic-cases.ts';

/** The system call and its order of checks, on files that could take 4 to 64 KiB. */
const cases = readCases(`
# nothing to write is never refused for its form, but a file that may not be written is
6.18 | ext4 4K/64K        | 512-64K | 0@0              | nothing to write
6.18 | ext4 4K/64K        | none    | 0@5 v3 buffered  | nothing to write
6.18 | ext4 4K/64K ro     | 512-64K | 0@0              | EROFS call.writable
6.18 | directory          | 512-64K | 0@0              | EISDIR call.directory

# kernels before RWF_ATOMIC, and before filesystems had it
5.10  | ext4 4K/64K | 512-64K | 4K@0 | EOPNOTSUPP call.flag-known
6.10  | ext4 4K/64K | 512-64K | 4K@0 | EOPNOTSUPP call.flag-known
6.10  | block       | 512-64K | 4K@0 | EOPNOTSUPP call.flag-known
6.11  | ext4 4K/64K | 512-64K | 4K@0 | EOPNOTSUPP call.filesystem-capable
6.12  | ext4 4K/64K | 512-64K | 4K@0 | EOPNOTSUPP call.filesystem-capable
6.12  | xfs 4K      | 512-64K | 4K@0 | EOPNOTSUPP call.filesystem-capable
6.11  | block       | 512-64K | 4K@0 | hardware
6.13  | ext4 4K/64K | 512-64K | 4K@0 | hardware

# kinds of files
6.18 | fifo      | 512-64K | 4K@0 | EOPNOTSUPP call.file-kind
6.18 | directory | 512-64K | 4K@0 | EISDIR call.directory
6.18 | ext4 4K/64K ro | 512-64K | 4K@0 | EROFS call.writable
6.18 | xfs 4K ro      | none    | 4K@0 | EROFS call.writable
6.18 | tmpfs ro       | -       | 4K@0 | EROFS call.writable

# reads
6.18 | ext4 4K/64K | 512-64K | 4K@0 read      | EOPNOTSUPP call.write-only
6.18 | xfs 4K      | none    | 4K@0 read      | EOPNOTSUPP call.write-only
6.18 | block       | 512-64K | 4K@0 read      | EOPNOTSUPP call.write-only
6.18 | ext4 4K/64K | 512-64K | 3000@7 v2 read | EOPNOTSUPP call.write-only

# the length first, then one buffer, power of two, alignment, O_DIRECT last
6.18 | ext4 4K/64K | 512-64K | 2K@1 v2 buffered   | EINVAL filesystem.at-least-minimum
6.18 | ext4 4K/64K | 512-64K | 128K@1 v2 buffered | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K/64K | 512-64K | 12K@1 v2 buffered  | EINVAL call.one-buffer
6.18 | ext4 4K/64K | 512-64K | 12K@1 buffered     | EINVAL call.power-of-two
6.18 | ext4 4K/64K | 512-64K | 8K@1 buffered      | EINVAL call.naturally-aligned
6.18 | ext4 4K/64K | 512-64K | 8K@8K buffered     | EOPNOTSUPP call.direct
6.18 | ext4 4K/64K | 512-64K | 8K@8K              | hardware
6.13 | ext4 4K     | 512-64K | 4K@4K v2 buffered  | EINVAL call.one-buffer
6.13 | ext4 4K     | 512-64K | 4K@2K buffered     | EINVAL call.naturally-aligned
6.13 | ext4 4K     | 512-64K | 4K@4K buffered     | EOPNOTSUPP call.direct
6.14 | ext4 4K     | 512-64K | 4K@4K              | hardware
7.3  | ext4 4K/64K | 512-64K | 12K@1 v2 buffered  | EINVAL call.one-buffer
7.3  | ext4 4K/64K | 512-64K | 8K@8K buffered     | EOPNOTSUPP call.direct

# a file that cannot is refused before anything of the write is looked at
6.18 | ext4 4K/64K | none | 2K@1 v2 buffered | EOPNOTSUPP ext4.device-capable
6.18 | btrfs       | 512-64K | 2K@1 v2 buffered | EOPNOTSUPP btrfs.none
6.18 | block       | none | 2K@1 v2 buffered | EOPNOTSUPP block.device-capable

# natural alignment
6.18 | ext4 4K/64K | 512-64K | 16K@0     | hardware
6.18 | ext4 4K/64K | 512-64K | 16K@8K    | EINVAL call.naturally-aligned
6.18 | ext4 4K/64K | 512-64K | 16K@16K   | hardware
6.18 | ext4 4K/64K | 512-64K | 16K@1M    | hardware
6.18 | ext4 4K/64K | 512-64K | 64K@32K   | EINVAL call.naturally-aligned
6.18 | ext4 4K/64K | 512-64K | 64K@1T    | hardware
6.18 | ext4 4K/64K | 512-64K | 16K@4097  | EINVAL call.naturally-aligned
6.18 | ext4 4K/64K | 512-64K | 4097@0    | EINVAL call.power-of-two
6.18 | ext4 4K/64K | 512-64K | 4095@0    | EINVAL filesystem.at-least-minimum
6.18 | ext4 4K/64K | 512-64K | 65537@0   | EINVAL filesystem.at-most-maximum
6.18 | ext4 4K/64K | 512-64K | 16K@0 v1024 | EINVAL call.one-buffer

# the buffer in memory
6.18 | ext4 4K/64K | 512-64K dma4   | 4K@0 mem512 | hardware
6.18 | ext4 4K/64K | 512-64K dma512 | 4K@0 mem512 | hardware
6.18 | ext4 4K/64K | 512-64K dma512 | 4K@0 mem256 | EINVAL direct.memory-aligned
6.18 | block       | 512-64K dma512 | 4K@0 mem4   | EINVAL direct.memory-aligned
`);

describe('the system call', () => {
  it.each(cases.map((each) => [each.line, each] as const))('%s', (_, each) => {
    expect(answerOf(each)).toBe(each.expected);
  });
});
