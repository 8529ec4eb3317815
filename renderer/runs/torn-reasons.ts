import type { TornRunResult } from '../../core/record/index.ts';

/** Seeded faults that were missed, one sentence each: they make a run void. */
export function tornMissed({ sensitivity }: TornRunResult): readonly string[] {
  return sensitivity.missed.map((text) => `missed: ${text}`);
}

/** What was found wrong in a torn run, and which seeded faults were missed: one sentence each. */
export function tornReasons(result: TornRunResult): readonly string[] {
  const missed = tornMissed(result);
  switch (result.kind) {
    case 'storm': {
      const findings = [...(result.verification?.findings ?? []), ...result.wrongReads];
      return [...missed, ...findings.map(({ verdict, text }) => `${verdict}: ${text}`)];
    }
    case 'power-cut':
    case 'verify':
      return [
        ...missed,
        ...(result.verification?.findings ?? []).map(({ verdict, text }) => `${verdict}: ${text}`),
      ];
    case 'rehearsal':
      return [
        ...missed,
        ...result.rounds.flatMap(({ round, findings, unusable }) => [
          ...findings.map(({ verdict, text }) => `power cut ${round}: ${verdict}: ${text}`),
          ...(unusable === null ? [] : [`power cut ${round}: not to be verified: ${unusable}`]),
        ]),
      ];
    case 'shutdown':
      return [
        ...missed,
        ...result.rounds.flatMap(({ round, flag, findings }) =>
          findings.map(({ verdict, text }) => `round ${round}, flag ${flag}: ${verdict}: ${text}`),
        ),
      ];
    case 'crash':
      return [
        ...missed,
        ...result.findings.map(({ state, faults, unusable }) => {
          const what = [...faults.map(({ file, text }) => `${file}: ${text}`), ...unusable].join('; ');
          return `state ${state}: ${what}`;
        }),
      ];
  }
}
