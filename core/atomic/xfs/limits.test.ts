import { describe, expect, it } from 'vitest';
import { sampleXfsGeometry as base } from '../../../test/support/sample-xfs.ts';
import { whyMountRefuses, xfsLimits } from './limits.ts';
import { defaultAtomicReservation } from './reservation.ts';
import type { XfsGeometry } from './superblock.ts';

/**
 * What Linux 6.18 printed at mount (tracepoint xfs:xfs_calc_max_atomic_write_fsblocks) for filesystems made by
 * mkfs.xfs 6.1 with the named options: step_size, logres, and the greatest atomic write in blocks.
 */
const recorded: [string, Partial<XfsGeometry>, number, number, number][] = [
  ['512M', {}, 27264, 107904, 256],
  ['512M -m rmapbt=1', { reverseMapping: true }, 56832, 226176, 512],
  ['512M -b size=1024', { blockBytes: 1024, groupBlocks: 131072 }, 13440, 52608, 128],
  [
    '512M -b size=2048 -m rmapbt=1',
    { blockBytes: 2048, groupBlocks: 65536, reverseMapping: true },
    43264,
    171904,
    512,
  ],
  ['2G', { groupBlocks: 131072 }, 44160, 175488, 512],
  ['16G -i size=2048', { groupBlocks: 1048576, inodeBytes: 2048 }, 44160, 175488, 512],
  ['512M -s size=4096', { sectorBytes: 4096 }, 38016, 140160, 256],
  ['4T', { groupBlocks: 268435455 }, 61056, 243072, 512],
  ['512M -i nrext64=1', { largeExtentCounts: true }, 35320, 107904, 256],
  ['512M -b size=8192', { blockBytes: 8192, groupBlocks: 16384 }, 51840, 206208, 512],
];

describe('the software limit of XFS', () => {
  it.each(recorded)('is what the kernel computed for %s', (_, change, step, whole, blocks) => {
    const geometry = { ...base, ...change };
    expect(defaultAtomicReservation(geometry)).toMatchObject({
      stepBytes: step,
      wholeBytes: whole,
      perExtentBytes: 208,
    });
    expect(xfsLimits(geometry, null, null).window).toEqual({
      minBytes: geometry.blockBytes,
      maxBytes: blocks * geometry.blockBytes,
    });
  });

  it('follows the mount option, and is never larger than a group', () => {
    expect(xfsLimits(base, null, 65536).window?.maxBytes).toBe(65536);
    expect(xfsLimits({ ...base, groupBlocks: 96 }, null, null).window?.maxBytes).toBe(64 * 4096);
  });

  it('keeps to a power of two of the group size where the drive is asked', () => {
    const drive = { unitMinBytes: 512, unitMaxBytes: 65536 };
    expect(xfsLimits({ ...base, groupBlocks: 96 }, drive, null)).toEqual({
      window: { minBytes: 4096, maxBytes: 32 * 4096 },
      hardwareMaxBytes: 65536,
      software: true,
      limitedBy: 'group',
    });
  });
});

describe('XFS without reflink', () => {
  const plain = { ...base, reflink: false };
  it('takes nothing without hardware, and one block with it', () => {
    expect(xfsLimits(plain, null, null).window).toBeNull();
    expect(xfsLimits(plain, { unitMinBytes: 512, unitMaxBytes: 65536 }, null).window).toEqual({
      minBytes: 4096,
      maxBytes: 4096,
    });
    expect(xfsLimits(plain, { unitMinBytes: 512, unitMaxBytes: 2048 }, null).window).toBeNull();
    expect(xfsLimits(plain, { unitMinBytes: 8192, unitMaxBytes: 65536 }, null).window).toBeNull();
  });
});

describe('the mount option max_atomic_write', () => {
  it.each([
    [0, base, null],
    [65536, base, null],
    [8 * 2 ** 20, base, null],
    [3 * 4096, base, /power of two/],
    [2048, base, /multiple of the block/],
    [2 ** 31, base, /single write/],
    [2 ** 28, base, /allocation group/],
    [2 ** 27, base, /log/],
    [4096, { ...base, reflink: false }, /reflink/],
  ])('%i is judged as the kernel does', (bytes, geometry, expected) => {
    const why = whyMountRefuses(geometry, null, bytes);
    if (expected === null) expect(why).toBeNull();
    else expect(why).toMatch(expected);
  });
});
