import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FieldWriter,
  latencyAt,
  latencyBucket,
  latencyBuckets,
  latencyFrom,
  plainOrigin,
  StormSeries,
  narrowField,
  runsOfField,
  unitsOfCell,
  verdictOfLetter,
} from './index.ts';

describe('latencies', () => {
  it('lie in the bucket that their time is in', () => {
    const ticks = fc.integer({ min: 0, max: 2 ** 32 });
    fc.assert(
      fc.property(ticks, (time) => {
        const bucket = latencyBucket(time);
        expect(latencyFrom(bucket)).toBeLessThanOrEqual(time * 1.024);
        expect(latencyFrom(bucket + 1)).toBeGreaterThan(time * 1.024);
      }),
    );
  });

  it('have buckets that follow each other without a gap, none wider than a quarter of what it holds', () => {
    for (let bucket = 4; bucket < latencyBuckets - 1; bucket++) {
      const [from, to] = [latencyFrom(bucket), latencyFrom(bucket + 1)];
      expect(to).toBeGreaterThan(from);
      expect((to - from) / from).toBeLessThanOrEqual(0.25);
    }
  });

  it('are read at a share of the writes', () => {
    const counts = Array.from({ length: 20 }, () => 0);
    counts[4] = 90;
    counts[19] = 10;
    expect(latencyAt(counts, 0.5)).toBe(latencyFrom(5));
    expect(latencyAt(counts, 0.9)).toBe(latencyFrom(5));
    expect(latencyAt(counts, 0.91)).toBe(latencyFrom(20));
    expect(latencyAt([], 0.5)).toBeNull();
  });
});

describe('the course of a storm', () => {
  const sample = (seconds: number) => {
    const acknowledged = Math.round(seconds * 100);
    const latencies = [0, 0, 0, 0, acknowledged];
    return { seconds, acknowledged, acknowledgedBytes: acknowledged * 512, latencies };
  };

  it('is bounded however long it blows, and loses no write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (samples) => {
        const series = new StormSeries(40);
        for (let at = 1; at <= samples; at++) series.add(sample(at / 5));
        const { points } = series;
        expect(points.length).toBeLessThanOrEqual(40);
        expect(points.length).toBeGreaterThanOrEqual(Math.min(samples, 19));
        expect(points.reduce((sum, { writes }) => sum + writes, 0)).toBe(samples * 20);
        expect(points[0]?.from).toBe(0);
        expect(points.at(-1)?.to).toBe(samples / 5);
        for (const [at, point] of points.entries()) if (at > 0) expect(point.from).toBe(points[at - 1]?.to);
        for (const { p50, most } of points) expect([p50, most]).toEqual([latencyFrom(5), latencyFrom(5)]);
      }),
      { numRuns: 30 },
    );
  });

  it('passes over samples of no new time', () => {
    const series = new StormSeries();
    series.add(sample(1));
    series.add(sample(1));
    expect(series.points).toHaveLength(1);
  });
});

describe('a line of units', () => {
  it('keeps the worst verdict of each cell, however many units share one', () => {
    const many = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(many, fc.nat(), (units, drawn) => {
        const unit = drawn % units;
        const writer = new FieldWriter(units, 'new');
        writer.mark(unit, 'torn');
        writer.mark(unit, 'stale');
        const { field } = writer;
        const cell = field.cells.indexOf('t');
        const [from, to] = unitsOfCell(field, cell);
        expect(unit).toBeGreaterThanOrEqual(from);
        expect(unit).toBeLessThan(to);
        expect(field.cells.length).toBe(Math.min(units, 2048));
        expect([...field.cells].filter((letter) => letter !== 'n')).toEqual(['t']);
      }),
    );
  });

  it('says of what nobody looked at that it was not looked at', () => {
    expect(new FieldWriter(3, null).field.cells).toBe('...');
  });

  it('is narrowed to fewer cells without losing what is worst, and joined where neighbours agree', () => {
    const field = { units: 12, cells: 'nnnnontn.nnn' };
    expect(narrowField(field, 12)).toBe(field);
    expect(narrowField(field, 4)).toEqual({ units: 12, cells: 'notn' });
    expect(narrowField({ units: 4, cells: '....' }, 0.5).cells).toBe('.');
    expect(runsOfField({ units: 5, cells: 'nntt.' })).toEqual([
      { from: 0, to: 2, verdict: 'new' },
      { from: 2, to: 4, verdict: 'torn' },
      { from: 4, to: 5, verdict: null },
    ]);
    expect(verdictOfLetter('.')).toBeNull();
    expect(verdictOfLetter('x')).toBe('mixed-writers');
  });
});

it('writes the run of a foreign block so that JSON can have it', () => {
  expect(JSON.stringify(plainOrigin({ kind: 'other-run', run: 255n }))).toBe(
    '{"kind":"other-run","run":"00000000000000ff"}',
  );
});
