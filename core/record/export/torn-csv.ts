import { verdicts } from '../../torn/index.ts';
import type { TornRunRecord } from '../torn-record.ts';
import { quoted } from './csv.ts';

type Cell = string | number | null;

/**
 * A torn run as one table of comma-separated values (RFC 4180): the course of a storm, the rounds of shutdowns or of a
 * rehearsal, the faults of crash states, the verdicts after a power cut with the units that are wrong.
 */
export function tornRecordToCsv({ result }: TornRunRecord): string {
  const rows = rowsOf(result);
  return rows.map((row) => `${row.map((cell) => quoted(String(cell ?? ''))).join(',')}\r\n`).join('');
}

function rowsOf(result: TornRunRecord['result']): Cell[][] {
  switch (result.kind) {
    case 'storm':
      return [
        ['from_seconds', 'to_seconds', 'writes', 'bytes', 'p50_us', 'p90_us', 'p99_us', 'longest_us'],
        ...(result.series ?? []).map(({ from, to, writes, bytes, p50, p90, p99, most }) => {
          return [from, to, writes, bytes, p50, p90, p99, most];
        }),
      ];
    case 'shutdown':
      return [
        ['round', 'flag', 'seed', 'after_ms', 'acknowledged', 'acknowledged_late', 'unfinished', ...verdicts],
        ...result.rounds.map((round) => [
          ...[round.round, round.flag, round.seed, round.afterMilliseconds],
          ...[round.acknowledged, round.acknowledgedLate, round.unfinished],
          ...verdicts.map((verdict) => round.counts[verdict]),
        ]),
      ];
    case 'crash':
      return [
        ['state', 'position', 'file', 'unit', 'verdict', 'text'],
        ...result.findings.flatMap(({ state, position, faults, unusable }) => [
          ...faults.map(({ file, unit, verdict, text }) => [state, position, file, unit, verdict, text]),
          ...unusable.map((text) => [state, position, '', '', 'unusable', text]),
        ]),
      ];
    case 'power-cut':
    case 'verify':
      return [
        ['verdict', 'units', 'address', 'bytes', 'text'],
        ...verdicts.map((verdict) => [verdict, result.verification?.counts[verdict] ?? 0, null, null, null]),
        ...(result.verification?.findings ?? []).map(({ verdict, address, bytes, text }) => {
          return [verdict, null, address, bytes, text];
        }),
      ];
    case 'rehearsal':
      return [
        [
          ...['power_cut', 'run', 'after_ms', 'acknowledged', 'under_way', 'drive_in_flight', 'drive_cached'],
          ...['drive_kept', 'drive_lost', 'drive_cut', ...verdicts, 'unusable'],
        ],
        ...result.rounds.map(({ round, run, afterMilliseconds, drive, counts, ...rest }) => [
          ...[round, run, afterMilliseconds, rest.acknowledged, rest.unfinished],
          ...[drive.inFlight, drive.cached, drive.kept, drive.lost, drive.cut],
          ...verdicts.map((verdict) => counts[verdict]),
          rest.unusable,
        ]),
      ];
  }
}
