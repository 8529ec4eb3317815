import { expect, it } from 'vitest';
import { TimeLeft, timeLeftInWords } from './time-left.ts';

const at = (done: number | null, total: number | null = 100, phase = 'steps') => ({ phase, done, total });

it('tells what is left by what was done since the phase began', () => {
  const left = new TimeLeft();
  expect(left.after(at(10), 0)).toBeNull();
  expect(left.after(at(11), 100)).toBeNull();
  expect(left.after(at(20), 1000)).toBe(8000);
  expect(left.after(at(100), 9000)).toBe(0);
});

it('begins anew with every phase, and is silent about what has no measure', () => {
  const left = new TimeLeft();
  left.after(at(0), 0);
  expect(left.after(at(5, 100, 'layouts'), 5000)).toBeNull();
  expect(left.after(at(5, 100, 'layouts'), 6000)).toBeNull();
  expect(left.after(at(6, 100, 'layouts'), 7000)).toBe(188_000);
  expect(left.after({ phase: 'formatting', done: null, total: null }, 9000)).toBeNull();
});

it('has words', () => {
  expect([null, 300, 12_400, 200_000, 7_200_000].map(timeLeftInWords)).toEqual([
    '',
    '',
    'about 12 s left',
    'about 3 min left',
    'about 2.0 h left',
  ]);
});
