import { describe, expect, it } from 'vitest';
import { sampleGeometry } from '../../test/support/sample-filesystem.ts';
import type { Superblock } from '../ext4/index.ts';
import { mountOptions } from './options.ts';

interface Stored {
  readonly width?: number;
  readonly stride?: number;
  readonly clusterBits?: number;
}

function stripeOf(list: string, { width = 0, stride = 0, clusterBits = 0 }: Stored): number {
  const superblock: Partial<Superblock> = {
    mountOptions: '',
    defaultMountOptions: 0,
    raidStripeWidthBlocks: width,
    raidStrideBlocks: stride,
  };
  return mountOptions(superblock as Superblock, sampleGeometry({ clusterBits }), 4096, list).stripeBlocks;
}

describe('the stripe', () => {
  it('is that of the mount, else the width in the superblock, else the stride', () => {
    expect(stripeOf('stripe=48', { width: 64, stride: 16 })).toBe(48);
    expect(stripeOf('', { width: 64, stride: 16 })).toBe(64);
    expect(stripeOf('', { stride: 16 })).toBe(16);
    expect(stripeOf('', {})).toBe(0);
  });

  it('is passed over where it is longer than a group', () => {
    expect(stripeOf('stripe=99999', { width: 64 })).toBe(64);
  });

  it('is off where the chosen one is a single block or no whole clusters, whatever else is there', () => {
    expect(stripeOf('stripe=1', { width: 64, stride: 16 })).toBe(0);
    expect(stripeOf('stripe=6', { width: 64, clusterBits: 2 })).toBe(0);
    expect(stripeOf('', { width: 6, clusterBits: 2 })).toBe(0);
    expect(stripeOf('', { width: 8, clusterBits: 2 })).toBe(8);
  });
});
