/** What can be done to see whether writes tear. */
export const kinds = [
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
] as const;
