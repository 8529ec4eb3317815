import type { TornKind } from '../../core/record/index.ts';

/** What can be done to see whether writes tear, one tab each. */
export const tornTabs = [
  { kind: 'storm', title: 'Storm', words: 'Writers on one file or device, then every unit is judged.' },
  {
    kind: 'shutdown',
    title: 'Shutdown',
    words: 'Storms that a shutdown of their filesystem cuts off, round by round.',
  },
  {
    kind: 'crash',
    title: 'Crash states',
    words: 'A recording below a filesystem; every state that a power cut may leave.',
  },
  {
    kind: 'power-cut',
    title: 'Power cut',
    words: 'A real drive, a second machine as witness; or the same, rehearsed.',
  },
] as const;
export type TornTab = (typeof tornTabs)[number]['kind'];

/** The tab that a result belongs to. */
export function tabOf(kind: TornKind): TornTab {
  return kind === 'verify' || kind === 'rehearsal' ? 'power-cut' : kind;
}

/** What is done about power cuts. */
export const cutModes = [
  { mode: 'arm', title: 'Arm' },
  { mode: 'verify', title: 'Verify' },
  { mode: 'rehearse', title: 'Rehearse' },
] as const;
export type CutMode = (typeof cutModes)[number]['mode'];
