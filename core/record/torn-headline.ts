import { faultsIn, type StormNumbers } from '../torn/index.ts';
import { formatCount, plural } from '../view/index.ts';
import type { TornRunResult } from './torn-record.ts';

/** The verdict on a torn run in words, the same in the app and in reports. */
export interface TornHeadline {
  readonly tone: 'match' | 'differs' | 'disturbed';
  readonly glyph: string;
  readonly word: string;
  /** The whole sentence. */
  readonly text: string;
}

export function tornHeadline(result: TornRunResult): TornHeadline {
  switch (result.verdict) {
    case 'void':
      return {
        tone: 'disturbed',
        glyph: '!',
        word: 'Void',
        text: `Void: this check proves nothing. ${whyVoid(result)}`,
      };
    case 'incomplete':
      return {
        ...{ tone: 'disturbed', glyph: '…', word: 'Incomplete' },
        text: `Incomplete: no fault so far in ${lookedAt(result)}, but not everything was looked at`,
      };
    case 'untorn':
      return {
        tone: 'match',
        glyph: '✓',
        word: 'Untorn',
        text: `Untorn: ${lookedAt(result)}, each one that may be there`,
      };
    case 'sound':
      return { tone: 'match', glyph: '✓', word: 'Sound', text: `Sound: ${lookedAt(result)}, no fault` };
    case 'faults':
    case 'faulty':
      return { tone: 'differs', glyph: '≠', word: 'Faults', text: `Faults: ${faultsOf(result)}` };
  }
}

function whyVoid(result: TornRunResult): string {
  if (result.kind === 'crash') return `${sentence(result.why)}.`;
  const { kinds, falseAlarms } = result.sensitivity;
  const seeded = kinds.reduce((sum, kind) => sum + kind.seeded, 0);
  const found = kinds.reduce((sum, kind) => sum + kind.found, 0);
  const alarms = falseAlarms > 0 ? ` and ${plural(falseAlarms, 'clean unit')} called faulty` : '';
  return `Only ${formatCount(found)} of ${formatCount(seeded)} seeded faults were found${alarms}.`;
}

function lookedAt(result: TornRunResult): string {
  switch (result.kind) {
    case 'storm':
      return plural(result.verification?.units ?? 0, 'unit');
    case 'shutdown':
      return `${plural(result.rounds.length, 'round')} of ${formatCount(result.asked)} on ${result.filesystem}`;
    case 'crash':
      return `${plural(result.states.distinct, 'crash state')} of ${result.filesystem.fs}`;
  }
}

function faultsOf(result: TornRunResult): string {
  switch (result.kind) {
    case 'storm':
      return stormFaults(result.verification ? faultsIn(result.verification.counts) : 0, result.numbers);
    case 'shutdown': {
      const faults = result.rounds.reduce((sum, { counts }) => sum + faultsIn(counts), 0);
      return `${plural(faults, 'unit')} in ${lookedAt(result)} that must not be there`;
    }
    case 'crash': {
      const { faulty, unusable, distinct } = result.states;
      const lost = unusable > 0 ? `, ${formatCount(unusable)} cannot be used` : '';
      return `${formatCount(faulty)} of ${plural(distinct, 'crash state')} hold one${lost}`;
    }
  }
}

function stormFaults(units: number, { wrongReads }: StormNumbers): string {
  const reads = wrongReads > 0 ? `, and ${plural(wrongReads, 'read')} saw what must not be` : '';
  return `${plural(units, 'unit')} that must not be there${reads}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
