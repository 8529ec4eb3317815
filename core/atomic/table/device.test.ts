import { describe, expect, it } from 'vitest';
import { answerOf, readCases } from '../../../test/support/atomic-cases.ts';

const cases = readCases(`
# a raw drive: its units, at multiples of the length
6.18 | block | 512-64K | 512@0    | hardware
6.18 | block | 512-64K | 512@512  | hardware
6.18 | block | 512-64K | 4K@4K    | hardware
6.18 | block | 512-64K | 64K@0    | hardware
6.18 | block | 512-64K | 64K@64K  | hardware
6.18 | block | 512-64K | 128K@0   | EINVAL block.at-most-maximum
6.18 | block | 512-64K | 1M@0     | EINVAL block.at-most-maximum
6.18 | block | 512-64K | 2M@0     | EINVAL block.one-bio
6.18 | block | 512-64K | 64K@4K   | EINVAL call.naturally-aligned
6.18 | block | 512-64K | 12K@0    | EINVAL call.power-of-two
6.18 | block | 512-64K | 8K@0 v2  | EINVAL call.one-buffer
6.18 | block | 512-64K | 8K@0 buffered | EOPNOTSUPP call.direct
6.18 | block | 512-64K | 256@0    | EINVAL direct.sector-aligned
6.18 | block | 4K-64K  | 512@0    | EINVAL block.at-least-minimum
6.18 | block | 4K-64K  | 4K@0     | hardware
6.18 | block | 4K-64K lb4K | 512@0 | EINVAL direct.sector-aligned
6.18 | block | 4K-64K lb4K | 4K@0  | hardware
6.18 | block | 512-2M  | 1M@0     | hardware
6.18 | block | 512-2M  | 2M@0     | EINVAL block.one-bio
6.18 | block | 512-1M  | 1M@0 mem512 | EINVAL block.one-bio
6.18 | block | 512-1M  | 512K@0 mem512 | hardware
7.3  | block | 512-64K | 64K@0    | hardware

# the end of the device
6.18 | block | 512-64K size1M    | 64K@960K | hardware
6.18 | block | 512-64K size1M    | 64K@1M   | ENOSPC block.inside
6.18 | block | 512-64K size1M    | 64K@2M   | ENOSPC block.inside
6.18 | block | 512-64K size1M    | 3@2M v2  | ENOSPC block.inside
6.18 | block | 512-64K size1000K | 64K@960K | EINVAL block.ends-inside
6.18 | block | 512-64K size1000K | 32K@992K | EINVAL block.ends-inside
6.18 | block | 512-64K size1000K | 8K@992K  | hardware
6.18 | block | 512-64K size1000K | 96K@960K | EINVAL call.power-of-two

# no limits, read-only, not known
6.18 | block | none       | 4K@0 | EOPNOTSUPP block.device-capable
6.18 | block | none ro    | 4K@0 | EOPNOTSUPP block.device-capable
6.18 | block | 512-64K ro | 4K@0 | EPERM block.writable
6.18 | block | unknown    | 4K@0 | unknown
6.18 | block | ?          | 4K@0 | unknown

# partitions: the start decides, before the write
6.18 | block | 4K-64K @1M     | 4K@0  | hardware
6.18 | block | 4K-64K @31.5K  | 4K@0  | EOPNOTSUPP block.partition-aligned
6.18 | block | 512-64K @31.5K | 4K@0  | hardware
6.18 | block | 512-64K b64K @64K  | 64K@0 | hardware
6.18 | block | 512-64K b64K @32K  | 64K@0 | EOPNOTSUPP block.partition-aligned
6.18 | block | 512-64K b128K @64K | 4K@0  | EOPNOTSUPP block.partition-aligned
6.18 | block | 512-64K @?     | 4K@0  | unknown
6.12 | block | 4K-64K @31.5K  | 4K@0  | EOPNOTSUPP block.partition-aligned

# 6.11 and 6.12: O_DIRECT is asked at open, and a write over the end is cut short before its form is looked at
6.12 | block | 512-64K | 64K@0             | hardware
6.12 | block | 512-64K | 8K@4K buffered    | EOPNOTSUPP block.open-direct
6.12 | block | 512-64K | 12K@1 v2 buffered | EOPNOTSUPP block.open-direct
6.12 | block | 512-64K | 12K@0 v2          | EINVAL call.one-buffer
6.12 | block | 512-64K | 12K@0             | EINVAL call.power-of-two
6.12 | block | 512-64K | 8K@4K             | EINVAL call.naturally-aligned
6.11 | block | 512-64K | 128K@0            | EINVAL block.at-most-maximum
6.12 | block | 512-64K size1000K | 64K@960K | EINVAL call.power-of-two
6.12 | block | 512-64K size992K  | 64K@960K | hardware
6.12 | block | 512-64K size1M    | 64K@1M   | ENOSPC block.inside
6.12 | block | 512-64K ro        | 64K@0    | EPERM block.writable

# other filesystems, each for its own reason
6.18 | btrfs      | 512-64K | 4K@0 | EOPNOTSUPP btrfs.none
7.3  | btrfs      | 512-64K | 4K@0 | EOPNOTSUPP btrfs.none
6.18 | f2fs       | 512-64K | 4K@0 | EOPNOTSUPP f2fs.none
6.18 | tmpfs      | -       | 4K@0 | EOPNOTSUPP tmpfs.none
6.18 | ramfs      | -       | 4K@0 | EOPNOTSUPP tmpfs.none
6.18 | overlay    | -       | 4K@0 | EOPNOTSUPP overlay.none
6.18 | overlay    | 512-64K | 4K@0 | EOPNOTSUPP overlay.none
6.18 | fuse       | -       | 4K@0 | EOPNOTSUPP fuse.none
6.18 | fuse.sshfs | -       | 4K@0 | EOPNOTSUPP fuse.none
6.18 | fuseblk    | 512-64K | 4K@0 | EOPNOTSUPP fuse.none
6.18 | virtiofs   | -       | 4K@0 | EOPNOTSUPP fuse.none
6.18 | nfs        | -       | 4K@0 | EOPNOTSUPP network.none
6.18 | nfs4       | -       | 4K@0 | EOPNOTSUPP network.none
6.18 | cifs       | -       | 4K@0 | EOPNOTSUPP network.none
6.18 | 9p         | -       | 4K@0 | EOPNOTSUPP network.none
6.18 | bcachefs   | 512-64K | 4K@0 | EOPNOTSUPP filesystem.none
6.18 | vfat       | 512-64K | 4K@0 | EOPNOTSUPP filesystem.none
6.18 | ext2       | 512-64K | 4K@0 | EOPNOTSUPP filesystem.none
`);

describe('a block device, and other filesystems', () => {
  it.each(cases.map((each) => [each.line, each] as const))('%s', (_, each) => {
    expect(answerOf(each)).toBe(each.expected);
  });
});
