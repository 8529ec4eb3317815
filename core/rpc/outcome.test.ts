import type { Outcome } from '../experiment/outcome.ts';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { flatExtentsSchema, outcomeSchema } from './outcome.ts';
import { outcomeFromWire, outcomeToWire } from './wire.ts';

describe('outcomeToWire', () => {
  it('keeps everything that an outcome says, in a form that its schema takes', () => {
    const outcome: Outcome = {
      allocator: 'linux-6.18',
      steps: [
        { op: 'write', result: -1, errno: 'EOPNOTSUPP' },
        { op: 'layout', result: 0, extents: [{ logical: 0, physical: 9, length: 2, state: 'unwritten' }] },
        { op: 'unlink', result: 0, uncertainResult: true },
      ],
      files: {
        constructor: { extents: [{ logical: 1, physical: 2 ** 40, length: 3, state: 'written' as const }] },
        lost: { errno: 'EIO' },
        small: { extents: [], inline: true },
        xfs: { extents: null },
        held: { extents: [], uncertain: [{ logical: 4, length: 2 }] },
      },
      uncertain: { because: ['preallocation'], within: [{ physical: 70, length: 9 }] },
    };
    const wire = outcomeToWire(outcome);
    expect(v.safeParse(outcomeSchema, wire).success).toBe(true);
    expect(wire).toEqual({
      allocator: 'linux-6.18',
      profileExact: true,
      uncertain: { because: ['preallocation'], within: [70, 9] },
      steps: [
        {
          op: 'write',
          result: -1,
          errno: 'EOPNOTSUPP',
          extents: null,
          uncertain: false,
          warnings: [],
          crash: null,
        },
        {
          op: 'layout',
          result: 0,
          errno: null,
          extents: [0, 9, 2, 1],
          uncertain: false,
          warnings: [],
          crash: null,
        },
        { op: 'unlink', result: 0, errno: null, extents: null, uncertain: true, warnings: [], crash: null },
      ],
      files: [
        { file: 'constructor', extents: [1, 2 ** 40, 3, 0], inline: false, errno: null, uncertain: [] },
        { file: 'lost', extents: null, inline: false, errno: 'EIO', uncertain: [] },
        { file: 'small', extents: [], inline: true, errno: null, uncertain: [] },
        { file: 'xfs', extents: null, inline: false, errno: null, uncertain: [] },
        { file: 'held', extents: [], inline: false, errno: null, uncertain: [4, 2] },
      ],
    });
  });
});

describe('outcomeFromWire', () => {
  it('gives back what travelled', () => {
    const outcome: Outcome = {
      allocator: 'linux-6.18',
      profileExact: false,
      certain: false,
      uncertain: { because: ['b'], within: [{ physical: 5, length: 7 }] },
      steps: [
        { op: 'write', result: -1, errno: 'EIO', warnings: ['mballoc.c:2991: w'], crash: 'down' },
        { op: 'layout', result: 0, extents: [{ logical: 0, physical: 9, length: 2, state: 'unwritten' }] },
        { op: 'unlink', result: 0, uncertainResult: true },
      ],
      files: {
        ['__proto__']: { extents: null },
        a: { extents: [], inline: true },
        b: { errno: 'ENOENT', uncertain: [{ logical: 1, length: 2 }] },
      },
    };
    expect(outcomeFromWire(outcomeToWire(outcome))).toEqual(outcome);
  });
});

describe('flatExtentsSchema', () => {
  it.each([
    ['a part missing', [0, 1, 2]],
    ['an empty extent', [0, 1, 0, 0]],
    ['an unknown state', [0, 1, 1, 2]],
    ['a negative block', [0, -1, 1, 0]],
    ['a fraction', [0, 0.5, 1, 0]],
    ['a number past 2^53', [0, 2 ** 53, 1, 0]],
    ['a text', ['0', 1, 1, 0]],
    ['an end past 2^53', [0, 2 ** 53 - 1, 1, 0]],
    ['extents that overlap', [0, 100, 5, 0, 4, 300, 4, 0]],
    ['extents out of order', [4, 100, 4, 0, 0, 300, 4, 0]],
    ['no list', { length: 0 }],
  ])('refuses %s', (_, value) => {
    expect(v.safeParse(flatExtentsSchema, value).success).toBe(false);
  });
});
