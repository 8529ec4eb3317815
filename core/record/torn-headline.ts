import { faultsIn, type RehearsalResult, type Sensitivity, type StormNumbers } from '../torn/index.ts';
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
        text: `Incomplete: no fault so far in ${lookedAt(result)}, but not everything was tried or looked at`,
      };
    case 'untorn':
      return { tone: 'match', glyph: '✓', word: 'Untorn', text: `Untorn: ${whyUntorn(result)}` };
    case 'sound':
      return { tone: 'match', glyph: '✓', word: 'Sound', text: `Sound: ${lookedAt(result)}, no fault` };
    case 'faults':
    case 'faulty':
      return { tone: 'differs', glyph: '≠', word: 'Faults', text: `Faults: ${faultsOf(result)}` };
  }
}

function whyVoid(result: TornRunResult): string {
  if (result.kind === 'crash' || result.kind === 'rehearsal') return `${sentence(result.why)}.`;
  return whatWasMissed(result.sensitivity);
}

function whatWasMissed({ kinds, falseAlarms }: Sensitivity): string {
  const seeded = kinds.reduce((sum, kind) => sum + kind.seeded, 0);
  const found = kinds.reduce((sum, kind) => sum + kind.found, 0);
  const alarms = falseAlarms > 0 ? ` and ${plural(falseAlarms, 'clean unit')} called faulty` : '';
  return `Only ${formatCount(found)} of ${formatCount(seeded)} seeded faults were found${alarms}.`;
}

function whyUntorn(result: TornRunResult): string {
  if (result.kind === 'rehearsal') return `${result.why}${cutShort(result)}`;
  const each = result.kind === 'shutdown' ? 'every unit is one' : 'each one';
  return `${lookedAt(result)}, ${each} that may be there`;
}

function lookedAt(result: TornRunResult): string {
  switch (result.kind) {
    case 'storm':
      return plural(result.verification?.units ?? 0, 'unit');
    case 'shutdown':
      return `${plural(result.rounds.length, 'round')} of ${formatCount(result.asked)} on ${result.filesystem}`;
    case 'crash':
      return `${plural(result.states.distinct, 'crash state')} of ${result.filesystem.fs}`;
    case 'power-cut':
      return `${plural(result.verification?.units ?? 0, 'unit')} after ${plural(result.acknowledged, 'acknowledged write')}`;
    case 'verify':
      return `${plural(result.verification.units, 'unit')}, ${result.rebooted ? 'after' : 'without'} a new start of the machine`;
    case 'rehearsal':
      return plural(result.rounds.length, 'power cut');
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
    case 'power-cut':
    case 'verify': {
      const { counts, units } = result.verification ?? { counts: null, units: 0 };
      const lies =
        result.kind === 'power-cut' && counts && counts.stale > 0
          ? '; acknowledged writes are gone: the drive, or something before it, lies about its flushes'
          : '';
      return `${formatCount(counts ? faultsIn(counts) : 0)} of ${plural(units, 'unit')} must not be there${lies}`;
    }
    case 'rehearsal':
      return `${result.why}${cutShort(result)}`;
  }
}

function stormFaults(units: number, { wrongReads }: StormNumbers): string {
  const reads = wrongReads > 0 ? `, and ${plural(wrongReads, 'read')} saw what must not be` : '';
  return `${plural(units, 'unit')} that must not be there${reads}`;
}

function cutShort({ interrupted, settings, rounds }: RehearsalResult): string {
  return interrupted ? `; interrupted after ${rounds.length} of ${formatCount(settings.times)}` : '';
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
