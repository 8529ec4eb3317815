import { latencyAt, verdicts, type Verdict } from '../torn/index.ts';
import type { TornRunRecord, TornRunResult } from './torn-record.ts';

/** What two torn runs differ in, one sentence each: the kernel, what was asked, what was found. */
export function compareTorn(one: TornRunRecord, other: TornRunRecord): string[] {
  const [left, right] = [one.result, other.result];
  if (left.kind !== right.kind) return [`one run is a ${left.kind}, the other a ${right.kind}`];
  const lines = [
    ...different('kernel', kernelOf(one), kernelOf(other)),
    ...different('verdict', left.verdict, right.verdict),
    ...differentMembers(askedOf(left), askedOf(right)),
    ...differentMembers(foundOf(left), foundOf(right)),
  ];
  return lines;
}

function kernelOf({ host, result }: TornRunRecord): string {
  return result.kind === 'crash' ? `Linux ${result.kernel}` : host.kernel;
}

type Facts = Readonly<Record<string, string | number | boolean | null>>;

function differentMembers(left: Facts, right: Facts): string[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.flatMap((name) => different(name, left[name] ?? null, right[name] ?? null));
}

function different(name: string, left: Facts[string], right: Facts[string]): string[] {
  return left === right ? [] : [`${name}: one run has ${text(left)}, the other ${text(right)}`];
}

function text(value: Facts[string]): string {
  return value === null ? 'none' : value === true ? 'yes' : value === false ? 'no' : String(value);
}

/** Settings by name. A target's name and a seed are of no weight for what is found. */
function askedOf(result: TornRunResult): Facts {
  if (result.kind === 'crash') {
    const { filesystem, writes, drive } = result;
    const made = [filesystem.fs, ...filesystem.args].join(' ');
    const { lengths = [], ...others } = writes;
    const lengthsText = lengths.join(', ');
    return {
      filesystem: made,
      'mount options': filesystem.mountOptions,
      ...others,
      lengths: lengthsText,
      ...drive,
    };
  }
  const { unitBytes, target: _target, seed: _seed, ...rest } = result.settings;
  const own: Facts =
    result.kind === 'shutdown' ? { filesystem: result.filesystem, rounds: result.asked } : {};
  return { ...own, ...rest, 'units in bytes': unitBytes.join(', ') };
}

function foundOf(result: TornRunResult): Facts {
  switch (result.kind) {
    case 'storm': {
      const { numbers, verification, seconds } = result;
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
  }
}

function faultFacts(counts: Readonly<Partial<Record<Verdict, number>>>): Facts {
  const faults = verdicts.filter((verdict) => verdict !== 'new' && verdict !== 'old');
  return Object.fromEntries(faults.map((verdict) => [verdict, counts[verdict] ?? 0]));
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
