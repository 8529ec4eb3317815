import { describe, expect, it } from 'vitest';
import { missedSensitivity, sampleSensitivity } from '../../test/support/sample-torn.ts';
import { noVerdicts, verdictOf, verdictOnTried } from './index.ts';

describe('the verdict on a run', () => {
  const found = (change: object = {}, units = 4) => ({
    counts: { ...noVerdicts(), new: 4, ...change },
    units,
  });

  it.each([
    ['untorn', sampleSensitivity, found(), 0],
    ['untorn', sampleSensitivity, found({ old: 2 }), 0],
    ['incomplete', sampleSensitivity, found({}, 3), 0],
    ['faults', sampleSensitivity, found({ torn: 1 }, 3), 0],
    ['faults', sampleSensitivity, found({ unreadable: 1 }), 0],
    ['faults', sampleSensitivity, found(), 1],
    ['void', missedSensitivity, found({ torn: 1 }), 1],
  ] as const)('is %s', (verdict, sensitivity, verification, elsewhere) => {
    expect(verdictOf(sensitivity, verification, 4, elsewhere)).toBe(verdict);
  });

  it('is incomplete where nothing was acknowledged, or an error ended it, and a fault stays a fault', () => {
    expect(verdictOnTried('untorn', { acknowledged: 1, error: null })).toBe('untorn');
    expect(verdictOnTried('untorn', { acknowledged: 0, error: null })).toBe('incomplete');
    expect(verdictOnTried('untorn', { acknowledged: 9, error: 'EIO' })).toBe('incomplete');
    expect(verdictOnTried('faults', { acknowledged: 0, error: 'EIO' })).toBe('faults');
  });
});
