import type { CrashOutcome } from '../../core/torn/crash/index.ts';
import type { Verdict } from '../../core/torn/index.ts';

/** What a verdict or an outcome of the laboratory means, in a few words. */
export const meanings: Readonly<Record<Verdict | CrashOutcome, string>> = {
  new: 'whole, of the last write',
  old: 'whole, of another that may be there',
  sound: 'every unit is one that may be there',
  stale: 'whole, but a promised write is gone',
  torn: 'parts of one write beside parts that it should have replaced',
  'mixed-writers': 'the same, of several writers',
  misplaced: 'blocks that belong elsewhere',
  garbage: 'bytes that nobody wrote',
  unreadable: 'an error of the device, or the end of the file',
  unusable: 'the filesystem, or a file, cannot be used',
};

/** Names as they are read. */
export const verdictNames: Readonly<Record<Verdict | CrashOutcome, string>> = {
  new: 'new',
  old: 'old',
  sound: 'sound',
  stale: 'stale',
  torn: 'torn',
  'mixed-writers': 'mixed writers',
  misplaced: 'misplaced',
  garbage: 'garbage',
  unreadable: 'unreadable',
  unusable: 'unusable',
};

/** The class that fills a shape as its verdict (torn.css). */
export function fillOf(verdict: Verdict | CrashOutcome | null): string {
  return verdict === null ? 'v-unseen' : `v-${verdict}`;
}
