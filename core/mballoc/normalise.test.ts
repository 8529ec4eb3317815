import { describe, expect, it } from 'vitest';
import { sampleGroups, sampleOwner, sampleRequest } from '../../test/support/sample-allocation.ts';
import { sampleGeometry, sampleMachine, sampleOptions } from '../../test/support/sample-filesystem.ts';
import { AllocationContext } from './context.ts';
import { Mballoc } from './mballoc.ts';
import { normaliseRequest } from './normalise.ts';
import { linux618 } from './profiles/index.ts';
import { initialiseContext } from './request-context.ts';
import { type AllocationRequest, hints } from './request.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

function normalised(
  change: Partial<Omit<AllocationRequest, 'owner'>>,
  sizeBytes: number,
  shape: Parameters<typeof sampleGeometry>[0] = {},
) {
  const geometry = sampleGeometry(shape);
  const mballoc = new Mballoc({
    geometry,
    groups: sampleGroups(geometry),
    options: sampleOptions(),
    machine: sampleMachine(),
    profile: linux618,
  });
  const owner = sampleOwner({ sizeBytes });
  const request = sampleRequest(owner, change);
  const context = new AllocationContext(owner);
  initialiseContext(mballoc, context, request, mballoc.layout.clustersFor(request.length));
  normaliseRequest(mballoc, context, request);
  const { logical, group, start, length } = context.goal;
  return { logical, group, start, length, flags: context.flags };
}

describe('normalisation', () => {
  it('gives small files the locality group of 512 blocks', () => {
    expect(normalised({ length: 3 }, 0)).toMatchObject({ logical: 0, length: 512 });
    expect(normalised({ length: 16 }, 0).flags & hints.groupAllocation).toBe(hints.groupAllocation);
    expect(normalised({ length: 17 }, 0).flags & hints.stream).toBe(hints.stream);
  });

  it.each([
    [17 * 4 * KiB, 17, 32],
    [128 * KiB, 32, 32],
    [129 * KiB, 32, 64],
    [MiB, 32, 256],
  ])('a file of %i bytes is given the next power of two from its start', (sizeBytes, length, wanted) => {
    expect(normalised({ length }, sizeBytes)).toMatchObject({ logical: 0, length: wanted });
  });

  it.each([
    [3 * MiB, 700, 512, 512],
    [5 * MiB, 1030, 1024, 1024],
    [9 * MiB, 5000, 4096, 2048],
    [4 * 2 ** 30, 1_000_000, 999_424, 2048],
  ])('bigger files get aligned pieces of 2, 4 and 8 MiB (%i bytes)', (sizeBytes, logical, start, length) => {
    expect(normalised({ logical }, sizeBytes)).toMatchObject({ logical: start, length });
  });

  it('pieces end at 2 MiB with 1 KiB blocks and at 4 MiB with 2 KiB blocks', () => {
    expect(normalised({ logical: 9000 }, 64 * MiB, { blockSizeBits: 10 })).toMatchObject({
      logical: 8192,
      length: 2048,
    });
    expect(normalised({ logical: 9000 }, 64 * MiB, { blockSizeBits: 11 })).toMatchObject({
      logical: 8192,
      length: 2048,
    });
  });

  it('never asks for more than a group', () => {
    expect(normalised({ logical: 9000 }, 64 * MiB, { clustersPerGroup: 1024 })).toMatchObject({
      logical: 8192,
      length: 1024,
    });
  });

  it('keeps off its neighbours and continues the left one', () => {
    const left = { leftLogical: 99, leftPhysical: 40_000, logical: 100 };
    expect(normalised(left, 20 * MiB)).toMatchObject({
      logical: 100,
      length: 1948,
      group: 1,
      start: 40_001 - 32_768,
    });
    expect(normalised(left, 20 * MiB).flags & hints.tryGoal).toBe(hints.tryGoal);
  });

  it('continues the right neighbour where there is no left one', () => {
    const right = { rightLogical: 100, rightPhysical: 40_000, logical: 20 };
    expect(normalised(right, 20 * MiB)).toMatchObject({
      logical: 0,
      length: 100,
      group: 1,
      start: 39_900 - 32_768,
    });
  });

  it('leaves metadata and requests without preallocation as they are', () => {
    expect(normalised({ flags: 0, length: 5 }, 20 * MiB)).toMatchObject({ logical: 0, length: 5 });
    const flags = hints.data | hints.noPreallocation;
    expect(normalised({ flags, logical: 77, length: 5 }, 20 * MiB)).toMatchObject({ logical: 77, length: 5 });
  });

  it('counts in clusters with bigalloc', () => {
    const bigalloc = { clusterBits: 2, clustersPerGroup: 32_768 };
    expect(normalised({ length: 3 }, 0, bigalloc)).toMatchObject({ logical: 0, length: 128 });
    expect(normalised({ logical: 4098, length: 1 }, 20 * MiB, bigalloc)).toMatchObject({
      logical: 4096,
      length: 512,
    });
  });
});
