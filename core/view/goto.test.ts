import { describe, expect, it } from 'vitest';
import { parseGoTo } from './goto.ts';
import { groupSpan } from './groups.ts';

const volume = { blockBytes: 4096, blockCount: 70_000, firstBlock: 0, blocksPerGroup: 32_768 };

describe('parseGoTo', () => {
  it.each([
    ['37416', 'blocks', { kind: 'block', block: 37_416 }],
    ['37 416', 'blocks', { kind: 'block', block: 37_416 }],
    [' 37\u2009416 ', 'blocks', { kind: 'block', block: 37_416 }],
    ['153255936', 'bytes', { kind: 'block', block: 37_416 }],
    ['0x9228fff', 'blocks', { kind: 'block', block: 37_416 }],
    ['0x9228000', 'hex', { kind: 'block', block: 37_416 }],
    ['g1', 'blocks', { kind: 'group', first: 32_768, length: 32_768 }],
    ['Group 2', 'bytes', { kind: 'group', first: 65_536, length: 4464 }],
  ] as const)('goes to %s in %s', (text, form, expected) => {
    expect(parseGoTo(text, form, volume)).toEqual(expected);
  });

  it.each([
    ['70000', 'the volume has 70\u2009000\u00a0blocks'],
    ['g3', 'the volume has 3\u00a0groups'],
    ['', 'a block such as'],
    ['-1', 'a block such as'],
    ['12 MiB', 'a block such as'],
  ])('says why %j is nowhere', (text, why) => {
    expect(parseGoTo(text, 'blocks', volume)).toMatchObject({ kind: 'nowhere' });
    expect(JSON.stringify(parseGoTo(text, 'blocks', volume))).toContain(why);
  });
});

describe('groupSpan', () => {
  it('begins behind the first block where blocks are of 1 KiB', () => {
    const small = { blockCount: 10_000, firstBlock: 1, blocksPerGroup: 8192 };
    expect(groupSpan(small, 0)).toEqual({ group: 0, first: 1, length: 8192 });
    expect(groupSpan(small, 8192)).toEqual({ group: 0, first: 1, length: 8192 });
    expect(groupSpan(small, 8193)).toEqual({ group: 1, first: 8193, length: 1807 });
  });
});
