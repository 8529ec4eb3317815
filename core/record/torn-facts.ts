import {
  latencyAt,
  verdicts,
  type RehearsalResult,
  type StormResult,
  type StormSettings,
  type Verdict,
} from '../torn/index.ts';
import type { TornRunRecord, TornRunResult } from './torn-record.ts';

/** Figures of a torn run by name, in the order in which they are read. Times are microseconds where their name says so. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** What was asked, without a target's name and a seed: they are of no weight for what is found. */
export function askedOf(result: TornRunResult): Facts {
  switch (result.kind) {
    case 'crash': {
      const { filesystem, writes, drive } = result;
      const { lengths = [], ...others } = writes;
      return {
        filesystem: [filesystem.fs, ...filesystem.args].join(' '),
        'mount options': filesystem.mountOptions,
        ...named(others),
        lengths: lengths.join(', '),
        ...named({ ...drive }),
      };
    }
    case 'rehearsal':
      return rehearsalAsked(result);
    case 'shutdown':
      return { filesystem: result.filesystem, rounds: result.asked, ...settingsFacts(result.settings) };
    case 'storm':
    case 'power-cut':
    case 'verify':
      return settingsFacts(result.settings);
  }
}

function settingsFacts({ unitBytes, target: _target, seed: _seed, ...rest }: StormSettings): Facts {
  return { ...named(rest), 'units in bytes': unitBytes.join(', ') };
}

/** Members under names that are read: `atomicUnitBytes` is the atomic unit in bytes. */
function named(facts: Facts): Facts {
  const words = (name: string) =>
    name.replace(/Bytes$/, ' in bytes').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [words(name), value]));
}

function rehearsalAsked({ settings }: RehearsalResult): Facts {
  const { drive, kernel: _kernel, seed: _seed, unitBytes, on, ...rest } = settings;
  const { lies, ...others } = drive;
  return {
    ...{ 'written to': on, 'units in bytes': String(unitBytes), ...named(rest) },
    ...{ 'drive lies': lies, ...named(others) },
  };
}

/** What was found; the same names for any two runs of one kind. */
export function foundOf(result: TornRunResult): Facts {
  switch (result.kind) {
    case 'storm':
      return stormFound(result);
    case 'shutdown': {
      const sums: Partial<Record<Verdict, number>> = {};
      for (const { counts } of result.rounds)
        for (const verdict of verdicts) sums[verdict] = (sums[verdict] ?? 0) + counts[verdict];
      return { 'rounds done': result.rounds.length, ...faultFacts(sums) };
    }
    case 'crash': {
      const { distinct, withCut, faulty, unusable, verdicts: counts } = result.states;
      return {
        ...{ 'distinct states': distinct, 'states with a cut write': withCut },
        ...{ 'faulty states': faulty, 'unusable states': unusable },
        ...faultFacts(counts),
      };
    }
    case 'power-cut': {
      const { acknowledged, unfinished, verification } = result;
      return { ...{ acknowledged, 'under way': unfinished }, ...judged(verification) };
    }
    case 'verify':
      return { 'machine started anew': result.rebooted, ...judged(result.verification) };
    case 'rehearsal': {
      const { rounds, totals } = result;
      const { acknowledged, unfinished, lost, cut, counts } = totals;
      return {
        ...{ 'power cuts': rounds.length, acknowledged, 'under way': unfinished },
        ...{ 'lost in the drive': lost, 'cut in the drive': cut },
        'not to be verified': rounds.filter(({ unusable }) => unusable !== null).length,
        ...faultFacts(counts),
      };
    }
  }
}

function stormFound({ numbers, verification, seconds }: StormResult): Facts {
  const { latencies = [] } = numbers;
  return {
    ...faultFacts(verification?.counts ?? {}),
    'wrong reads': numbers.wrongReads,
    'failed writes': numbers.failed,
    'writes a second': seconds > 0 ? Math.round(numbers.acknowledged / seconds) : null,
    'median in microseconds': rounded(latencyAt(latencies, 0.5)),
    '99 of 100 within microseconds': rounded(latencyAt(latencies, 0.99)),
  };
}

function judged(
  verification: { readonly units: number; readonly counts: Readonly<Record<Verdict, number>> } | null,
): Facts {
  return { 'units judged': verification?.units ?? 0, ...faultFacts(verification?.counts ?? {}) };
}

function faultFacts(counts: Readonly<Partial<Record<Verdict, number>>>): Facts {
  const faults = verdicts.filter((verdict) => verdict !== 'new' && verdict !== 'old');
  return Object.fromEntries(faults.map((verdict) => [verdict, counts[verdict] ?? 0]));
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

/** The kernel that was tested: a sandbox's own where it was one. */
export function testedKernel({ host, result }: Pick<TornRunRecord, 'host' | 'result'>): string {
  if (result.kind === 'crash') return `Linux ${result.kernel}`;
  const guest =
    result.kind === 'rehearsal' ? result.settings.kernel : result.kind === 'storm' ? result.guest : undefined;
  return guest === undefined ? host.kernel : `Linux ${guest} in a sandbox`;
}

/** A figure as it is read. */
export function factText(value: Facts[string]): string {
  return value === null || value === ''
    ? 'none'
    : value === true
      ? 'yes'
      : value === false
        ? 'no'
        : String(value);
}
