import { askedOf, factText, foundOf, testedKernel, type Facts } from './torn-facts.ts';
import type { TornRunRecord } from './torn-record.ts';

/** What two torn runs differ in, one sentence each: the kernel, what was asked, what was found. */
export function compareTorn(one: TornRunRecord, other: TornRunRecord): string[] {
  const [left, right] = [one.result, other.result];
  if (left.kind !== right.kind) return [`one run is a ${left.kind}, the other a ${right.kind}`];
  return sideBySide(one, other)
    .flatMap(({ lines }) => lines)
    .filter(({ same }) => !same)
    .map(({ name, left, right }) => `${name}: one run has ${left}, the other ${right}`);
}

/** A figure of two runs. */
export interface FactPair {
  readonly name: string;
  readonly left: string;
  readonly right: string;
  readonly same: boolean;
}

export interface FactGroup {
  readonly title: string;
  readonly lines: readonly FactPair[];
}

/** Every figure of two torn runs; one that a run does not have is `none`. */
export function sideBySide(one: TornRunRecord, other: TornRunRecord): FactGroup[] {
  const [left, right] = [one.result, other.result];
  const ended = (record: TornRunRecord): Facts => ({
    kernel: testedKernel(record),
    verdict: record.result.verdict,
  });
  return [
    { title: 'How it ended', lines: pairs(ended(one), ended(other)) },
    { title: 'What was asked', lines: pairs(askedOf(left), askedOf(right)) },
    { title: 'What was found', lines: pairs(foundOf(left), foundOf(right)) },
  ];
}

function pairs(left: Facts, right: Facts): FactPair[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.map((name) => {
    const [mine, its] = [left[name] ?? null, right[name] ?? null];
    return { name, left: factText(mine), right: factText(its), same: mine === its };
  });
}
