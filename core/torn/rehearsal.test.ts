import { describe, expect, it } from 'vitest';
import { rehearsalToJunit } from './junit.ts';
import { rehearsalResult, type RehearsalRound, type RehearsalSettings } from './rehearsal.ts';
import { noVerdicts, type Sensitivity } from './result.ts';

const settings: RehearsalSettings = {
  kernel: '6.18.15',
  on: 'device',
  unitBytes: 16384,
  atomic: true,
  sync: 'dsync',
  drive: { claimsBytes: 16384, keepsBytes: 16384, lies: false, volatileCache: true },
  times: 2,
  seed: 1,
};
const passed: Sensitivity = {
  seed: 1,
  kinds: [{ kind: 'lost-write', seeded: 8, found: 8 }],
  cleanUnits: 48,
  falseAlarms: 0,
  passed: true,
  missed: [],
};

function round(number: number, change: Partial<RehearsalRound> = {}): RehearsalRound {
  return {
    round: number,
    run: '0123456789abcdef',
    afterMilliseconds: 10,
    acknowledged: 5,
    unfinished: 2,
    drive: { inFlight: 2, cached: 1, kept: 1, lost: 2, cut: 0 },
    units: 4,
    counts: { ...noVerdicts(), new: 3, old: 1 },
    findings: [],
    unusable: null,
    ...change,
  };
}

const stale = { ...noVerdicts(), new: 3, stale: 1 };
const finding = {
  address: 0,
  bytes: 16384,
  blockBytes: 512,
  verdict: 'stale',
  text: 'generation 4 is gone',
  rows: [],
} as const;

describe('rehearsalResult', () => {
  it('adds rounds up', () => {
    const { totals, verdict, why } = rehearsalResult(settings, passed, [round(1), round(2)], false);
    expect(totals).toMatchObject({ acknowledged: 10, unfinished: 4, lost: 4, counts: { new: 6, old: 2 } });
    expect(verdict).toBe('untorn');
    expect(why).toContain('each of 10 acknowledged writes');
  });

  it.each([
    ['a lost acknowledged write', [round(1), round(2, { counts: stale })], /lack an acknowledged.*lies/],
    ['a tear', [round(1, { counts: { ...noVerdicts(), torn: 2 } })], /2 are torn/],
    ['a filesystem that is gone', [round(1, { unusable: 'EUCLEAN' })], /nothing could be verified/],
  ])('calls %s a fault', (_, rounds, why) => {
    const result = rehearsalResult(settings, passed, rounds, false);
    expect(result.verdict).toBe('faults');
    expect(result.why).toMatch(why);
  });

  it('proves nothing where faults would be missed, or a liar lost nothing', () => {
    const blind = { ...passed, passed: false };
    expect(rehearsalResult(settings, blind, [round(1, { counts: stale })], false).verdict).toBe('void');
    expect(rehearsalResult(settings, passed, [], false).verdict).toBe('void');
    const lying = { ...settings, drive: { ...settings.drive, lies: true } };
    const lossless = round(1, { drive: { inFlight: 0, cached: 0, kept: 0, lost: 0, cut: 0 } });
    expect(rehearsalResult(lying, passed, [lossless], false).verdict).toBe('void');
    expect(rehearsalResult(lying, blind, [round(1, { unusable: 'EUCLEAN' })], false).verdict).toBe('faults');
  });

  it('becomes JUnit, a case for each power cut', () => {
    const rounds = [round(1), round(2, { counts: stale, findings: [finding] })];
    const text = rehearsalToJunit('rehearsal', rehearsalResult(settings, passed, rounds, false));
    expect(text).toContain('tests="3" failures="1"');
    expect(text).toContain('stale: generation 4 is gone');
  });
});
