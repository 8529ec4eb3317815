import { describe, expect, it } from 'vitest';
import { routeOptions, whyNotByUdisks, type UdisksWish } from './udisks-limits.ts';

const wish: UdisksWish = {
  fs: 'ext4',
  options: 'commit=300',
  storedOptions: '',
  buddies: 'warm',
  rotational: { asked: undefined, inherited: true },
  trace: false,
  obstacle: null,
};
const uid = 1000;

describe('what UDisks2 can do for a plan', () => {
  it.each([
    ['the usual', {}],
    ['cold buddies', { buddies: 'cold', options: 'commit=300,no_prefetch_block_bitmaps' }],
    ['the flag that the disk has', { rotational: { asked: true, inherited: true } }],
    ['XFS', { fs: 'xfs', options: '' }],
    ['what it does anyway', { options: 'commit=300,errors=remount-ro,nolazytime' }],
    ['settled buddies on XFS, which has none', { fs: 'xfs', options: '', buddies: 'settled' }],
  ] as const)('is %s', (_what, change) => {
    expect(whyNotByUdisks({ ...wish, ...change }, uid)).toBeNull();
  });

  it.each([
    ['settled buddies', { buddies: 'settled' }, /counted by a file of sysfs/],
    ['a trace', { trace: true }, /tracepoints/],
    [
      'another flag',
      { rotational: { asked: false, inherited: true } },
      /under it, 1, and the plan asks for 0/,
    ],
    ['errors=continue', { options: 'commit=300,errors=continue' }, /asks for errors=continue/],
    ['an option of XFS’s that it does not know', { fs: 'xfs', options: 'swalloc' }, /XFS’s option swalloc/],
    ['an obstacle of the image’s', { obstacle: 'it is full of holes' }, /^it is full of holes$/],
    [
      'a list that is too long with what the superblock says already',
      { storedOptions: 'inode_readahead_blks=16,max_batch_time=15000' },
      /room for 63 characters: these are 67$/,
    ],
  ] as const)('is not %s', (_what, change, why) => {
    expect(whyNotByUdisks({ ...wish, ...change }, uid)).toMatch(why);
  });

  it('has room for 63 characters, and no more', () => {
    // `commit=300,` and `,resuid=1000` are 23 of them.
    const fits = `commit=300,${'x'.repeat(40)}`;
    expect(whyNotByUdisks({ ...wish, options: fits }, uid)).toBeNull();
    expect(whyNotByUdisks({ ...wish, options: `${fits}x` }, uid)).toMatch(/these are 64/);
  });
});

describe('options through UDisks2', () => {
  it('of ext4’s own stand in the superblock, behind what it says already, and the user’s right to the reserve last', () => {
    const asked = {
      fs: 'ext4',
      options: 'noatime,nodelalloc,commit=300',
      storedOptions: 'stripe=8',
    } as const;
    expect(routeOptions(asked, uid)).toEqual({
      stored: 'stripe=8,nodelalloc,commit=300,resuid=1000',
      passed: ['noatime'],
    });
  });

  it('of XFS’s are passed on', () => {
    const asked = { fs: 'xfs', options: 'wsync,strictatime', storedOptions: '' } as const;
    expect(routeOptions(asked, uid)).toEqual({ stored: '', passed: ['wsync', 'strictatime'] });
  });
});
