import type { WireSide, WireSideStep, WireTotals, WireUnitCounts, WireVersus } from '../../core/rpc/index.ts';
import { formatBytes, formatCount, plural } from '../../core/view/index.ts';

/** What a side is called: its allocator, and which writes it got where they are not the plan's own. */
export function sideName({ allocator, writes }: Pick<WireSide, 'allocator' | 'writes'>): string {
  return writes === 'as-asked'
    ? allocator
    : `${allocator}, ${writes === 'plain' ? 'without RWF_ATOMIC' : 'all atomic'}`;
}

/** How a step ended on one side; `mark` is the pattern and letter beside the words. */
export interface CellWords {
  readonly text: string;
  readonly place: string;
  readonly mark: 'aligned' | 'misaligned' | 'refused' | 'none';
}

const extentsMax = 3;

export function cellWords(step: WireSideStep | undefined, op: string): CellWords {
  if (!step) return { text: '—', place: '', mark: 'none' };
  if (step.crash !== null) return { text: 'the kernel goes down', place: '', mark: 'refused' };
  if (step.result === -1) {
    const left = step.leftOverBlocks > 0 ? `, leaves ${plural(step.leftOverBlocks, 'block')}` : '';
    return { text: `${step.errno ?? 'refused'}${left}`, place: 'refused', mark: 'refused' };
  }
  if (op !== 'write' && op !== 'fallocate') return { text: 'ok', place: '', mark: 'none' };
  return { text: extentsInWords(step.extents), place: placesInWords(step.units), mark: markOf(step.units) };
}

function extentsInWords(flat: readonly number[]): string {
  const count = flat.length / 4;
  const shown = Array.from({ length: Math.min(count, extentsMax) }, (_, index) => {
    const [logical = 0, physical = 0, length = 0] = flat.slice(4 * index, 4 * index + 3);
    return `${formatCount(logical)}+${formatCount(length)} @ ${formatCount(physical)}`;
  });
  return [...shown, ...(count > extentsMax ? [`… ${plural(count, 'extent')}`] : [])].join('  ');
}

const kinds = ['aligned', 'misaligned', 'split', 'missing'] as const;

function placesInWords(units: WireUnitCounts): string {
  const sum = unitSum(units);
  return kinds
    .filter((kind) => units[kind] > 0)
    .map((kind) => (sum === 1 ? kind : `${formatCount(units[kind])} ${kind}`))
    .join(', ');
}

function markOf(units: WireUnitCounts): CellWords['mark'] {
  if (units.misaligned + units.split + units.missing > 0) return 'misaligned';
  return units.aligned > 0 ? 'aligned' : 'none';
}

function unitSum({ aligned, misaligned, split, missing, refused }: WireUnitCounts): number {
  return aligned + misaligned + split + missing + refused;
}

/** The sums of both sides, as `untorn predict --versus` has them. */
export interface TotalRow {
  readonly title: string;
  readonly values: readonly string[];
  /** The side that does better, where one can say so. */
  readonly better: number | null;
}

export function totalRows({ sides, blockBytes, clusterBytes }: WireVersus): readonly TotalRow[] {
  const row = (
    title: string,
    value: (totals: WireTotals) => string,
    rank?: (totals: WireTotals) => number | null,
  ): TotalRow => ({
    title,
    values: sides.map(({ totals }) => value(totals)),
    better: rank ? bestOf(sides.map(({ totals }) => rank(totals))) : null,
  });
  return [
    row(
      'units aligned',
      ({ units }) => shareOf(units.aligned, unitSum(units)),
      ({ units }) => units.aligned,
    ),
    row('units misaligned', ({ units }) => formatCount(units.misaligned)),
    row('units split', ({ units }) => formatCount(units.split)),
    row('units refused', ({ units }) => formatCount(units.refused)),
    row('steps refused', ({ refusedSteps }) => formatCount(refusedSteps)),
    row('warnings', ({ warnings }) => formatCount(warnings)),
    row(
      'extents per file',
      ({ files, extents }) => (files === 0 ? '—' : (extents / files).toFixed(1)),
      ({ files, extents }) => (files === 0 ? null : -extents / files),
    ),
    row('left over by refusals', ({ leftOverBlocks }) => formatBytes(leftOverBlocks * blockBytes)),
    row('runs of free space', ({ free }) => (free ? formatCount(free.runs) : '—')),
    row('largest free run', ({ free }) => (free ? formatBytes(free.largestRun * clusterBytes) : '—')),
  ];
}

function shareOf(part: number, sum: number): string {
  return sum === 0 ? '—' : `${formatCount(part)} of ${formatCount(sum)}, ${Math.round((100 * part) / sum)} %`;
}

function bestOf(ranks: readonly (number | null)[]): number | null {
  const known = ranks.filter((rank) => rank !== null);
  const most = Math.max(...known);
  if (known.length < 2 || known.every((rank) => rank === known[0])) return null;
  return known.filter((rank) => rank === most).length === 1 ? ranks.indexOf(most) : null;
}

/** One line: how many units are aligned on each side. */
export function headline({ sides }: WireVersus): string {
  return sides
    .map((side) => {
      const { units, crashed } = side.totals;
      const sum = unitSum(units);
      const aligned =
        sum === 0 ? 'writes no units' : `${formatCount(units.aligned)} of ${formatCount(sum)} units aligned`;
      return `${sideName(side)}: ${crashed ? 'the kernel goes down' : aligned}`;
    })
    .join('; ');
}

/** Whether the sides answer a step differently. */
export function differsAt({ sides }: WireVersus, index: number): boolean {
  const [first, ...others] = sides.map(({ steps }) =>
    JSON.stringify([steps[index]?.errno, steps[index]?.extents]),
  );
  return others.some((other) => other !== first);
}
