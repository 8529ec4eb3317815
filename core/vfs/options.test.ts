import { describe, expect, it } from 'vitest';
import { sampleFeatures, sampleGeometry } from '../../test/support/sample-filesystem.ts';
import { NotModelled } from '../errno.ts';
import type { Geometry } from '../ext4/geometry.ts';
import { mountOptions, MountRefused } from './options.ts';

const nothingStored = {
  mountOptions: '',
  defaultMountOptions: 0xc,
  raidStripeWidthBlocks: 0,
  raidStrideBlocks: 0,
};
const noJournal = { features: { ...sampleFeatures, hasJournal: false } };

const options = (
  list: string,
  stored: Partial<typeof nothingStored> = {},
  geometry: Partial<Geometry> = {},
) => mountOptions({ ...nothingStored, ...stored }, sampleGeometry(geometry), 4096, list);

describe('mount options', () => {
  it('have the defaults of the kernel', () => {
    expect(options('')).toEqual({
      delayedAllocation: true,
      dataMode: 'ordered',
      dioreadNolock: true,
      stripeBlocks: 0,
      optimizeScan: 'auto',
      noAutoDelayedAllocation: false,
    });
  });

  it('are taken in turn, the last one of a kind winning', () => {
    const chosen = options('nodelalloc,delalloc,mb_optimize_scan=1,noauto_da_alloc,dioread_lock');
    expect(chosen).toMatchObject({
      delayedAllocation: true,
      optimizeScan: true,
      noAutoDelayedAllocation: true,
      dioreadNolock: false,
    });
  });

  it('come from the superblock where the call does not say otherwise', () => {
    const stored = { mountOptions: 'nodelalloc,data=writeback' };
    expect(options('', stored)).toMatchObject({ delayedAllocation: false, dataMode: 'writeback' });
    expect(options('data=ordered', stored).dataMode).toBe('ordered');
    expect(options('', { defaultMountOptions: 0x820 })).toMatchObject({
      delayedAllocation: false,
      dataMode: 'journal',
    });
  });

  it('drop delayed allocation for journalled data, and refuse it by name', () => {
    expect(options('data=journal')).toMatchObject({ delayedAllocation: false, dioreadNolock: false });
    expect(() => options('data=journal,delalloc')).toThrow(MountRefused);
  });

  it('of the journal are refused where there is none', () => {
    expect(options('', {}, noJournal).dataMode).toBe('writeback');
    for (const list of ['commit=300', 'data=ordered', 'journal_checksum', 'journal_async_commit']) {
      expect(() => options(list, {}, noJournal), list).toThrow(MountRefused);
    }
    expect(options('commit=5', {}, noJournal).dataMode).toBe('writeback');
  });

  it('have values that the kernel takes, and that are modelled', () => {
    for (const list of ['inode_readahead_blks=3', 'stripe=4294967296', 'commit=99999999']) {
      expect(() => options(list), list).toThrow(MountRefused);
    }
    expect(() => options('max_dir_size_kb=4')).toThrow(NotModelled);
    expect(options('inode_readahead_blks=64,max_dir_size_kb=0')).toEqual(options(''));
  });

  it('refuse asynchronous commits of ordered data', () => {
    expect(() => options('journal_async_commit')).toThrow(MountRefused);
    expect(options('journal_async_commit,data=writeback').dataMode).toBe('writeback');
  });
});

describe('the stripe', () => {
  it.each([
    ['of the call', 'stripe=32', { raidStripeWidthBlocks: 64 }, {}, 32],
    ['of the superblock, its width first', '', { raidStripeWidthBlocks: 64, raidStrideBlocks: 16 }, {}, 64],
    ['of the superblock, else its stride', '', { raidStrideBlocks: 16 }, {}, 16],
    ['of one block is none', 'stripe=1', {}, {}, 0],
    ['that is longer than a group is passed over', 'stripe=40000', { raidStrideBlocks: 16 }, {}, 16],
    ['that cuts clusters is none', 'stripe=6', {}, { clusterBits: 2, clusterRatio: 4 }, 0],
  ])('%s', (_what, list, stored, geometry, expected) => {
    expect(options(list, stored, geometry).stripeBlocks).toBe(expected);
  });
});
