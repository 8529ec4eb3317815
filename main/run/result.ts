import { differenceText, type Difference } from '../../core/experiment/compare.ts';
import { outcomeToWire, type RunResult, type Volume } from '../../core/rpc/index.ts';
import type { RunReport } from './run.ts';

/** A report in the form in which it travels and is kept. */
export function resultOf(report: RunReport, volume: Volume | null): RunResult {
  return {
    volume,
    predicted: outcomeToWire(report.predicted),
    actual: outcomeToWire(report.actual),
    match: report.match,
    disturbed: [...report.disturbed],
    ...(report.unwatched ? { unwatched: [...report.unwatched] } : {}),
    differences: report.differences.map(differenceToWire),
  };
}

function differenceToWire(difference: Difference): RunResult['differences'][number] {
  return {
    text: differenceText(difference),
    step: 'step' in difference ? (difference.step ?? null) : null,
    file: 'file' in difference ? difference.file : null,
  };
}
