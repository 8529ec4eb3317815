import { absent, columnsFromFlat, pairExtents } from '../../view/index.ts';
import type { RunRecord } from '../record.ts';

const head =
  'file,logical_block,blocks,predicted_physical,predicted_state,actual_physical,actual_state,differs';

/**
 * Every extent of every file as comma-separated values (RFC 4180), cut where prediction or kernel change; a side that has
 * nothing there is left empty.
 */
export function recordToCsv({ result }: RunRecord): string {
  const lines = [head];
  const { predicted, actual } = result;
  const names = new Set([...predicted.files, ...actual.files].map(({ file }) => file));
  for (const name of names) {
    const columns = (files: typeof predicted.files) => {
      const extents = files.find(({ file }) => file === name)?.extents;
      return extents ? columnsFromFlat(extents) : null;
    };
    const rows = pairExtents(columns(predicted.files), columns(actual.files));
    for (let row = 0; row < rows.count; row++) {
      const side = (physical: number | undefined, unwritten: number | undefined) =>
        physical === undefined || physical === absent
          ? ['', '']
          : [physical, unwritten ? 'unwritten' : 'written'];
      const cells = [
        name,
        rows.logical[row],
        rows.length[row],
        ...side(rows.predicted[row], rows.predictedUnwritten[row]),
        ...side(rows.actual[row], rows.actualUnwritten[row]),
        rows.differs[row] ? 'yes' : 'no',
      ];
      lines.push(cells.map((cell) => quoted(String(cell))).join(','));
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A name that begins like a formula would be one in a spreadsheet. */
export function quoted(cell: string): string {
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
