import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BackedRanges } from './ranges.ts';

const span = 40;
const block = fc.nat(span);
const change = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), from: block, to: block }),
  fc.record({ kind: fc.constant('remove' as const), from: block, to: block }),
  fc.record({ kind: fc.constant('insert' as const), from: block, to: block }),
  fc.record({ kind: fc.constant('collapse' as const), from: block, to: block }),
);

describe('backed ranges', () => {
  it('count the blocks of a plain set of blocks', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const ranges = new BackedRanges();
        let model = new Set<number>();
        for (const { kind, from, to } of changes) {
          if (from > to) continue;
          const by = to - from;
          const inside = (at: number) => at >= from && at < to;
          if (kind === 'add') {
            ranges.add(from, to);
            for (let at = from; at < to; at++) model.add(at);
          } else if (kind === 'remove') {
            ranges.remove(from, to);
            model = new Set([...model].filter((at) => !inside(at)));
          } else if (kind === 'insert') {
            ranges.shift(from, by);
            model = new Set([...model].map((at) => (at >= from ? at + by : at)));
          } else {
            ranges.remove(from, to);
            ranges.shift(to, -by);
            model = new Set([...model].filter((at) => !inside(at)).map((at) => (at >= to ? at - by : at)));
          }
          expect(ranges.blocks).toBe(model.size);
        }
      }),
    );
  });
});
