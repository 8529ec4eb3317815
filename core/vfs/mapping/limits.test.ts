import { describe, expect, it } from 'vitest';
import { maxExtentFileBytes, maxIndirectBlocks, maxIndirectFileBytes } from './limits.ts';
import { fakeGeometry } from '../../../test/support/mapping/fakes.ts';

describe('the largest size of a file', () => {
  it('is 2^32 - 1 blocks with extents', () => {
    expect(maxExtentFileBytes(fakeGeometry(4096, 1, 100_000))).toBe((2 ** 32 - 1) * 4096);
    expect(maxExtentFileBytes(fakeGeometry(1024, 1, 100_000))).toBe((2 ** 32 - 1) * 1024);
  });

  it('is what 32 bits of sectors count without huge_file', () => {
    const geometry = fakeGeometry(4096, 1, 100_000);
    const small = { ...geometry, features: { ...geometry.features, hugeFile: false } };
    expect(maxExtentFileBytes(small)).toBe(2 ** 41 - 4096);
    // Where ftruncate(2) begins to say EFBIG on Linux 6.18.
    expect(maxIndirectFileBytes(small)).toBe(2_196_873_666_560);
  });

  it('is what three levels of pointers reach', () => {
    expect(maxIndirectBlocks(fakeGeometry(1024, 1, 100_000))).toBe(12 + 256 + 256 ** 2 + 256 ** 3);
    expect(maxIndirectFileBytes(fakeGeometry(4096, 1, 100_000))).toBe(4_402_345_721_856);
    expect(maxIndirectBlocks(fakeGeometry(4096, 1, 100_000))).toBe(12 + 1024 + 1024 ** 2 + 1024 ** 3);
  });
});
