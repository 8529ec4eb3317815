import { describe, expect, it } from 'vitest';
import { parsePlan } from '../experiment/plan.ts';
import { formatAddress, formatBytes, formatCount, formatSpan, plural } from './format.ts';
import { stepDetail, stepFile } from './steps.ts';

describe('numbers', () => {
  it('get thin spaces from five digits on', () => {
    expect([0, 9999, 10_000, 1_234_567].map(formatCount)).toEqual([
      '0',
      '9999',
      '10\u2009000',
      '1\u2009234\u2009567',
    ]);
  });

  it('are addresses in blocks, bytes or hex', () => {
    expect(formatAddress(33_280, 'blocks', 4096)).toBe('33\u2009280');
    expect(formatAddress(3, 'bytes', 4096)).toBe('12\u2009288');
    expect(formatAddress(2 ** 40, 'hex', 4096)).toBe('0x10000000000000');
  });

  it('are sizes with their unit', () => {
    expect([0, 512, 16_384, 1536, 2 ** 40].map(formatBytes)).toEqual(
      ['0 B', '512 B', '16 KiB', '1.5 KiB', '1 TiB'].map((text) => text.replace(' ', '\u00a0')),
    );
  });

  it('agree with their noun', () => {
    expect([1, 2].map((count) => plural(count, 'extent'))).toEqual(['1\u00a0extent', '2\u00a0extents']);
  });
});

describe('formatSpan', () => {
  it.each([
    ['blocks', '37\u2009416..37\u2009419'],
    ['bytes', '153\u2009255\u2009936..153\u2009272\u2009319'],
    ['hex', '0x9228000..0x922bfff'],
  ] as const)('ends with the last of what it covers, in %s', (form, text) => {
    expect(formatSpan(37_416, 4, form, 4096)).toBe(text);
  });
});

describe('a step in one line', () => {
  const detailOf = (step: object) => {
    const target = { kind: 'loop', size: '1GiB', mkfs: { fs: 'ext4' } };
    const [read] = parsePlan({ version: 1, target, steps: [step] }).steps;
    if (!read) throw new Error('no step');
    return `${stepFile(read)}: ${stepDetail(read)}`.replaceAll('\u00a0', ' ');
  };

  it.each([
    [{ op: 'create', file: 'a' }, 'a: '],
    [{ op: 'open', file: 'a', direct: false }, 'a: buffered'],
    [
      { op: 'write', file: 'a', offset: '1MiB', length: '16KiB', atomic: true, sync: 'dsync', vectors: 2 },
      'a: 1 MiB +16 KiB atomic dsync 2 vectors',
    ],
    [{ op: 'fallocate', file: 'a', offset: 0, length: 5, mode: ['keep-size'] }, 'a: 0 +5 B keep-size'],
    [{ op: 'truncate', file: 'a', size: 0 }, 'a: to 0 B'],
    [
      { op: 'many', prefix: 'f', count: 20_000, length: '8KiB', how: 'direct' },
      'f*: 20\u2009000 × 8 KiB direct',
    ],
    [{ op: 'unlink-every', prefix: 'f', count: 9, step: 2 }, 'f*: 0, 2, … below 9'],
    [{ op: 'sync' }, ': '],
  ])('%j', (step, expected) => {
    expect(detailOf(step)).toBe(expected);
  });
});
