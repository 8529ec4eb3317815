import { describe, expect, it } from 'vitest';
import { effectiveMountOptions, withoutPanic } from './options.ts';

const ext4 = { fs: 'ext4', hasJournal: true, clusterBlocks: 1 } as const;

describe('effectiveMountOptions', () => {
  it.each([
    ['', ext4, 'warm', 'commit=300'],
    ['nodelalloc', ext4, 'warm', 'nodelalloc,commit=300'],
    ['commit=5', ext4, 'warm', 'commit=5'],
    ['journal_async_commit', ext4, 'settled', 'journal_async_commit,commit=300'],
    ['', ext4, 'cold', 'commit=300,no_prefetch_block_bitmaps'],
    ['', { ...ext4, hasJournal: false }, 'warm', ''],
    ['', { ...ext4, panics: true }, 'warm', 'errors=remount-ro,commit=300'],
    ['errors=continue', { ...ext4, panics: true }, 'warm', 'errors=continue,commit=300'],
    ['noatime', { ...ext4, fs: 'xfs', hasJournal: false }, 'cold', 'noatime'],
  ] as const)('of "%s" on %o with %s buddies are "%s"', (asked, kind, buddies, expected) => {
    expect(effectiveMountOptions(asked, kind, buddies)).toBe(expected);
  });
});

describe('withoutPanic', () => {
  it.each([
    ['', 'ext4', 'errors=remount-ro'],
    ['noatime', 'ext4', 'noatime,errors=remount-ro'],
    ['errors=continue,noatime', 'ext4', 'errors=continue,noatime'],
    ['noatime', 'xfs', 'noatime'],
  ] as const)('of "%s" for %s is "%s"', (asked, fs, expected) => {
    expect(withoutPanic(asked, fs)).toBe(expected);
  });
});
