import { mergeExtents } from '../../../core/experiment/compare.ts';
import type { Extent, FileLayout } from '../../../core/experiment/outcome.ts';
import { columnsFromFlat, pairExtents, type Pairing } from '../../../core/view/index.ts';
import type { Paint } from '../style.ts';
import { printable, tableLines, type Cell, type Column } from '../table.ts';
import { alignmentInWords, unitsInWords } from './alignment.ts';

/** More rows than this help nobody on a terminal; --json has them all. */
const rowsMax = 60;

/** One file's layout, predicted beside actual; `actual` is left out where nothing was run. */
export interface FileReport {
  readonly name: string;
  readonly predicted: FileLayout | null;
  readonly actual?: FileLayout | null;
}

/** The table of a file's extents in the terms of `filefrag -v`, with how each lies to powers of two. */
export function layoutLines(file: FileReport, blockBytes: number, paint: Paint): string[] {
  const title = paint('strong', printable(file.name));
  const notes = [
    note('predicted', file.predicted),
    'actual' in file ? note('actual', file.actual ?? null) : null,
  ];
  const known = knownOf(file);
  const lines = [title, ...notes.filter((text) => text !== null).map((text) => `  ${text}`)];
  if (!known || known.pairing.count === 0) return lines;
  return [...lines, ...extentTable(known, blockBytes, paint).map((line) => `  ${line}`)];
}

/** What a side has instead of extents, or null where it has some. */
function note(side: string, layout: FileLayout | null): string | null {
  if (layout === null) return `${side}: no such file`;
  if ('errno' in layout) return `${side}: no layout (${layout.errno})`;
  if (layout.inline) return `${side}: data in the inode, no blocks`;
  if (layout.extents === null) return `${side}: the layout is not predicted on this filesystem`;
  return layout.extents.length === 0 ? `${side}: no blocks` : null;
}

/** Which sides a table shows: both where both are known, the one that is known otherwise. */
type Sides = 'predicted' | 'actual' | 'both';

interface Known {
  readonly pairing: Pairing;
  readonly sides: Sides;
}

function knownOf({ predicted, actual }: FileReport): Known | null {
  const left = columnsOf(predicted);
  const right = columnsOf(actual ?? null);
  if (!left && !right) return null;
  return { pairing: pairExtents(left, right), sides: left && right ? 'both' : left ? 'predicted' : 'actual' };
}

function columnsOf(layout: FileLayout | null) {
  if (!layout || 'errno' in layout || layout.extents === null) return null;
  return columnsFromFlat(mergeExtents(layout.extents).flatMap(flat));
}

function flat({ logical, physical, length, state }: Extent): number[] {
  return [logical, physical, length, state === 'unwritten' ? 1 : 0];
}

function extentTable(known: Known, blockBytes: number, paint: Paint): string[] {
  const { pairing, sides } = known;
  const physical: Column[] =
    sides === 'both'
      ? [
          { title: 'predicted physical', align: 'right' },
          { title: '', align: 'left' },
          { title: 'actual physical', align: 'right' },
        ]
      : [{ title: 'physical_offset', align: 'right' }];
  const columns: Column[] = [
    { title: 'ext', align: 'right' },
    { title: 'logical_offset', align: 'right' },
    ...physical,
    { title: 'length', align: 'right' },
    { title: 'flags', align: 'left' },
    { title: 'aligned to', align: 'right' },
    { title: 'natural units', align: 'left' },
  ];
  const count = Math.min(pairing.count, rowsMax);
  const rows = Array.from({ length: count }, (_, row) => extentRow(known, row, blockBytes, paint));
  const lines = tableLines(columns, rows);
  if (count < pairing.count) lines.push(`… ${pairing.count - count} more extents; --json has all`);
  return lines;
}

function extentRow({ pairing, sides }: Known, row: number, blockBytes: number, paint: Paint): Cell[] {
  const at = (column: Float64Array | Uint8Array) => column[row] ?? 0;
  const [logical, length] = [at(pairing.logical), at(pairing.length)];
  const [predicted, actual] = [at(pairing.predicted), at(pairing.actual)];
  const differs = at(pairing.differs) === 1;
  const shown = actual >= 0 ? actual : predicted;
  const tone = (text: string) => (differs ? paint('bad', text) : text);
  const physical =
    sides === 'both'
      ? [
          { text: range(predicted, length), paint: tone },
          { text: sign(differs), paint: tone },
          { text: range(actual, length), paint: tone },
        ]
      : [{ text: range(shown, length) }];
  return [
    { text: `${row}:` },
    { text: range(logical, length) },
    ...physical,
    { text: String(length) },
    { text: flags(pairing, row), paint: tone },
    { text: alignmentInWords(shown, blockBytes) },
    { text: unitsInWords(logical, shown, length, blockBytes) },
  ];
}

/** Written or unwritten; both where the sides disagree. */
function flags(pairing: Pairing, row: number): string {
  const predicted = stateOf(pairing.predictedUnwritten[row]);
  const actual = stateOf(pairing.actualUnwritten[row]);
  if ((pairing.actual[row] ?? 0) < 0) return predicted;
  if ((pairing.predicted[row] ?? 0) < 0 || predicted === actual) return actual;
  return `${predicted} != ${actual}`;
}

function sign(differs: boolean): string {
  return differs ? '!=' : '=';
}

/** `0..3`, as filefrag prints a range of blocks; a dash where a side has none. */
function range(first: number, length: number): string {
  return first < 0 ? '-' : `${first}..${first + length - 1}`;
}

function stateOf(unwritten: number | undefined): string {
  return unwritten === 1 ? 'unwritten' : 'written';
}
