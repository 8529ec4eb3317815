import { describe, expect, it } from 'vitest';
import type { MountOptions } from '../filesystem.ts';
import { inodeGoal } from './goal.ts';
import type { Mount } from './file.ts';
import { FakeAllocator, fakeGeometry, fakeInode, fakeMount } from '../../../test/support/mapping/fakes.ts';

function mountWith(
  blocksCount: number,
  options: Partial<MountOptions>,
  threadId: number,
  flexSize = 16,
): Mount {
  const geometry = { ...fakeGeometry(4096, 1, blocksCount), flexSize };
  const mount = fakeMount(geometry, new FakeAllocator(1, 1, () => 0).asAllocator());
  return { ...mount, options: { ...mount.options, ...options }, machine: { ...mount.machine, threadId } };
}

describe('the goal of a file without blocks', () => {
  const file = { ...fakeInode(true), group: 37 };
  const directory = { ...file, kind: 'directory' as const, isRegular: false };

  it('is the second group of its flexible group for files, the first for others', () => {
    const mount = mountWith(64 * 32768, { delayedAllocation: true }, 5);
    expect(inodeGoal(mount, file)).toBe(33 * 32768);
    expect(inodeGoal(mount, directory)).toBe(32 * 32768);
  });

  it('is the own group where flexible groups are small', () => {
    expect(inodeGoal(mountWith(64 * 32768, { delayedAllocation: true }, 5, 2), file)).toBe(37 * 32768);
  });

  it('moves on with the thread when nothing is delayed', () => {
    const mount = mountWith(64 * 32768, { delayedAllocation: false }, 5);
    expect(inodeGoal(mount, file)).toBe(33 * 32768 + 5 * 2048);
  });

  it('keeps inside a short last group', () => {
    const mount = mountWith(33 * 32768 + 1601, { delayedAllocation: false }, 3);
    expect(inodeGoal(mount, file)).toBe(33 * 32768 + 3 * 100);
  });

  it('wraps like the kernel where the second group does not exist', () => {
    const mount = mountWith(20_000, { delayedAllocation: false }, 3);
    const inFirst = { ...file, group: 0 };
    // (u64)(19999 - 32768) / 16, times 3, cut to 32 bits.
    expect(inodeGoal(mount, inFirst)).toBe(
      32768 + Number(BigInt.asIntN(32, 3n * ((2n ** 64n - 12769n) / 16n))),
    );
  });
});
