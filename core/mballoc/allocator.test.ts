import { describe, expect, it } from 'vitest';
import { sampleGroups, sampleOwner, sampleRequest } from '../../test/support/sample-allocation.ts';
import { sampleGeometry, sampleMachine, sampleOptions } from '../../test/support/sample-filesystem.ts';
import { Refused } from '../errno.ts';
import type { Geometry } from '../ext4/geometry.ts';
import type { MountOptions } from '../vfs/filesystem.ts';
import { createAllocator } from './allocator.ts';
import type { GroupSource } from './group-source.ts';
import { linux618 } from './profiles/index.ts';
import { type AllocationRequest, freeFlags, hints } from './request.ts';
import type { TraceEvent } from './trace.ts';

const MiB = 2 ** 20;

function mount(
  shape: Partial<Geometry> = {},
  { groups, options = {} }: { groups?: GroupSource; options?: Partial<MountOptions> } = {},
) {
  const geometry = sampleGeometry(shape);
  const events: TraceEvent[] = [];
  const allocator = createAllocator({
    geometry,
    groups: groups ?? sampleGroups(geometry),
    options: sampleOptions(options),
    machine: sampleMachine(),
    profile: linux618,
    trace: (event) => events.push(event),
  });
  return { geometry, allocator, names: () => events.splice(0).map(({ event }) => event) };
}

function errnoOf(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.errno;
    throw error;
  }
}

function bitsOf(bitmap: Uint8Array): number[] {
  return [...bitmap].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => ((byte >> bit) & 1) === 1).map((bit) => at * 8 + bit),
  );
}

describe('allocator', () => {
  it('packs small files one behind the other', () => {
    const { allocator } = mount();
    const first = allocator.allocate(sampleRequest(sampleOwner({ ino: 12 }), { length: 2, goal: 1000 }));
    const second = allocator.allocate(sampleRequest(sampleOwner({ ino: 13 }), { length: 3, goal: 1000 }));
    expect(first.length).toBe(2);
    expect(second).toEqual({ physical: first.physical + 2, length: 3 });
  });

  it('serves a big file from its preallocation and gives the rest back', () => {
    const { allocator, names } = mount();
    const owner = sampleOwner({ sizeBytes: 20 * MiB });
    const first = allocator.allocate(sampleRequest(owner, { logical: 0 }));
    expect(names()).toContain('ext4_mb_new_inode_pa');
    const second = allocator.allocate(sampleRequest(owner, { logical: 5 }));
    expect(names()).toContain('ext4_mballoc_prealloc');
    expect(second.physical).toBe(first.physical + 5);
    const before = allocator.groupCounters(0).freeClusters;
    allocator.discardPreallocations(owner);
    expect(allocator.groupCounters(0).freeClusters).toBe(before + 2046);
    expect(allocator.freeClustersOfGroup(0)).toBe(32_768 - 2);
  });

  it('keeps freed blocks until the commit', () => {
    const { allocator } = mount();
    const owner = sampleOwner({ isRegular: false });
    const taken = allocator.allocateMetadata(owner, 500, hints.tryGoal, 8);
    expect(taken).toEqual({ physical: 500, length: 8 });
    allocator.free(owner, 500, 8, freeFlags.metadata);
    expect(allocator.pendingClusters).toBe(8);
    expect(allocator.freeClusters).toBe(4 * 32_768);
    expect(allocator.diskBitmap(0).some((byte) => byte !== 0)).toBe(false);
    expect(allocator.allocateMetadata(owner, 500, hints.tryGoal, 8).physical).not.toBe(500);
    expect(allocator.committed()).toBe(true);
    expect(allocator.committed()).toBe(false);
    expect(allocator.allocateMetadata(owner, 500, hints.tryGoal, 8).physical).toBe(500);
  });

  it.each([
    ['without a journal', { features: { ...sampleGeometry().features, hasJournal: false } }, {}],
    ['of data in data=writeback mode', {}, { dataMode: 'writeback' as const }],
  ])('freed blocks come back at once %s', (_, shape, options) => {
    const { allocator } = mount(shape, { options });
    const owner = sampleOwner({ sizeBytes: 20 * MiB });
    const { physical } = allocator.allocate(
      sampleRequest(owner, { flags: hints.data | hints.noPreallocation }),
    );
    allocator.free(owner, physical, 1, 0);
    expect(allocator.pendingClusters).toBe(0);
    expect(allocator.groupCounters(0).freeClusters).toBe(32_768);
  });

  it('frees only whole clusters, as the flags say for those at the border', () => {
    const { allocator } = mount({ clusterBits: 4 });
    const owner = sampleOwner({ isRegular: false });
    allocator.allocateMetadata(owner, 0, hints.tryGoal, 64);
    const freed = (physical: number, length: number, flags: number) => {
      const before = allocator.pendingClusters;
      allocator.free(owner, physical, length, flags);
      return allocator.pendingClusters - before;
    };
    const { noFreeFirstCluster, noFreeLastCluster } = freeFlags;
    expect(freed(8, 2, noFreeFirstCluster | noFreeLastCluster)).toBe(0);
    expect(freed(8, 24, noFreeFirstCluster)).toBe(1);
    expect(freed(32, 17, noFreeLastCluster)).toBe(1);
    expect(freed(49, 1, 0)).toBe(1);
    expect(freed(3, 1, 0)).toBe(1);
  });

  it('gives back every preallocation before it answers ENOSPC', () => {
    const { allocator, names } = mount({ groupCount: 1, clustersPerGroup: 2048 });
    const hog = sampleOwner({ ino: 12, sizeBytes: 20 * MiB });
    allocator.allocate(sampleRequest(hog));
    names();
    const other = sampleOwner({ ino: 13, isRegular: false });
    expect(allocator.allocateMetadata(other, 0, 0, 100).length).toBe(100);
    expect(names()).toContain('ext4_mb_discard_preallocations');
  });

  it('leaves the reserved clusters to those who may use them', () => {
    const { allocator } = mount({ groupCount: 1, clustersPerGroup: 2048 });
    const owner = sampleOwner({ isRegular: false });
    const request: AllocationRequest = sampleRequest(owner, { length: 2048, flags: 0 });
    expect(allocator.allocate(request).length).toBe(1024);
    while (errnoOf(() => allocator.allocate({ ...request, length: 1 })) === null);
    expect(allocator.freeClusters).toBe(40);
    expect(allocator.allocate({ ...request, length: 1, flags: hints.useReserved }).length).toBe(1);
    expect(errnoOf(() => allocator.allocate(request))).toBe('ENOSPC');
    expect(allocator.dirtyClusters).toBe(0);
  });

  it('promises clusters to delayed data', () => {
    const { allocator } = mount({ groupCount: 1, clustersPerGroup: 2048 });
    expect(allocator.reserveDelayed(2000, 0)).toBe(true);
    expect(allocator.reserveDelayed(9, 0)).toBe(false);
    expect(allocator.hasFreeClusters(8, 0)).toBe(true);
    allocator.releaseDelayed(2000);
    expect(allocator.dirtyClusters).toBe(0);
  });

  it('hands the next mount, and the one after it, what lies on disk', () => {
    const { geometry, allocator } = mount();
    const big = sampleOwner({ ino: 12, sizeBytes: 20 * MiB });
    const { physical } = allocator.allocate(sampleRequest(big));
    const small = allocator.allocate(sampleRequest(sampleOwner({ ino: 13 })));
    const { allocator: next } = mount({}, { groups: allocator.groupsAfterUnmount() });
    expect(next.freeClusters).toBe(geometry.blocksCount - 2);
    expect(bitsOf(next.diskBitmap(0))).toEqual([physical, small.physical].sort((a, b) => a - b));
    const again = next.allocate(sampleRequest(big, { logical: 9 }));
    expect(again.physical).not.toBe(physical + 9);
    const directory = sampleOwner({ ino: 14, isRegular: false });
    const far = next.allocateMetadata(directory, 2 * 32_768 + 7, hints.tryGoal, 1);
    const { allocator: last } = mount({}, { groups: next.groupsAfterUnmount() });
    expect(last.freeClusters).toBe(geometry.blocksCount - 4);
    expect(bitsOf(last.diskBitmap(0))).toEqual(
      [physical, small.physical, again.physical].sort((a, b) => a - b),
    );
    expect(bitsOf(last.diskBitmap(2))).toEqual([far.physical - 2 * 32_768]);
  });

  it('refuses to free what lies outside the filesystem', () => {
    const { geometry, allocator } = mount();
    expect(() => {
      allocator.free(sampleOwner(), geometry.blocksCount - 1, 2, 0);
    }).toThrow(/outside the filesystem/);
  });

  it.each([
    ['the most clusters that a block of bitmap holds', 32_768],
    ['a power of two', 8192],
    ['just over a power of two', 16_392],
    ['any other number', 20_000],
  ])('keeps at most 2.5 bytes for 8 clusters of a touched group: %s', (_, clustersPerGroup) => {
    const { allocator } = mount({ clustersPerGroup, groupCount: 64, blocksPerGroup: clustersPerGroup });
    const before = allocator.memory;
    expect(before.loadedBytes).toBe(0);
    allocator.initialiseAllBuddies();
    expect(allocator.memory).toEqual(before);

    const owner = sampleOwner({ sizeBytes: 2 ** 40 });
    const touched = [3, 40, 63];
    for (const group of touched) {
      const goal = group * clustersPerGroup + 5;
      allocator.allocate(sampleRequest(owner, { goal, flags: hints.tryGoal | hints.goalOnly }));
    }
    const { loadedGroups, loadedBytes, countersBytes } = allocator.memory;
    expect(loadedGroups).toBe(touched.length);
    const eighths = (touched.length * clustersPerGroup) / 8;
    expect((loadedBytes + (countersBytes / 64) * touched.length) / eighths).toBeLessThanOrEqual(2.5);
    expect(countersBytes).toBe(before.countersBytes);
    expect(countersBytes / 64).toBeLessThanOrEqual(128);
  });

  it('holds a bitmap once, whichever mount changed it', () => {
    const { geometry, allocator } = mount({ groupCount: 4 });
    const exact = sampleRequest(sampleOwner(), { goal: 5, flags: hints.tryGoal | hints.goalOnly });
    allocator.allocate(exact);
    const left = allocator.groupsAfterUnmount();
    expect(allocator.memory.loadedBytes).toBe(0);
    const changed = left.blockBitmap(0);
    expect(bitsOf(changed)).toEqual([5]);

    const { allocator: next } = mount(geometry, { groups: left });
    expect(errnoOf(() => next.allocate(exact))).toBe('ENOSPC');
    expect(next.diskBitmap(0)).toEqual(changed);
    expect(bitsOf(left.blockBitmap(0))).toEqual([]);
  });
});
