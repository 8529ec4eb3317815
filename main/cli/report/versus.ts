import { sizeInWords } from '../../../core/atomic/index.ts';
import {
  addTotals,
  unitSum,
  type Side,
  type SideStep,
  type Totals,
  type UnitCounts,
} from '../../../core/experiment/versus/index.ts';
import { formatBytes, stepDetail, stepFile } from '../../../core/view/index.ts';
import { assumedAtomicLimits, type Versus } from '../../predict/index.ts';
import type { Paint } from '../style.ts';
import { printable, tableLines, type Cell, type Column } from '../table.ts';

const rowsMax = 200;
const extentsMax = 3;

/** One plan under two allocators: step by step, then the sums. */
export function versusLines(versus: Versus, paint: Paint): string[] {
  const { plan, sides, blockBytes, clusterBytes } = versus;
  const shown = plan.steps.slice(0, rowsMax);
  const columns: Column[] = [
    { title: 'step', align: 'right' },
    { title: 'op', align: 'left' },
    { title: 'file', align: 'left' },
    { title: 'what', align: 'left' },
    ...sides.map((side): Column => ({ title: nameOfSide(side), align: 'left' })),
  ];
  const rows = shown.map((step, index): Cell[] => [
    { text: String(index) },
    { text: step.op },
    { text: printable(stepFile(step)) },
    { text: stepDetail(step).replaceAll('\u00a0', ' ').replaceAll('\u2009', ' ') },
    ...sides.map((side): Cell => stepCell(side.steps[index], step.op, paint)),
  ]);
  return [
    `${paint('strong', printable(plan.name))}  blocks of ${sizeInWords(blockBytes)}, on ${drive}`,
    '',
    ...tableLines(columns, rows),
    ...(shown.length < plan.steps.length
      ? [`… ${plan.steps.length - shown.length} more steps; --json has all`]
      : []),
    ...warningLines(sides),
    '',
    ...totalsLines(sides, clusterBytes),
  ];
}

const drive = `a drive that writes ${sizeInWords(assumedAtomicLimits.unitMinBytes)} to ${sizeInWords(assumedAtomicLimits.unitMaxBytes)} untorn unless it says otherwise itself`;

/** Many plans: a row for each side of each, and the sums. */
export function setLines(all: readonly Versus[], paint: Paint): string[] {
  const columns: Column[] = [
    { title: 'plan', align: 'left' },
    { title: 'allocator', align: 'left' },
    { title: 'units', align: 'right' },
    { title: 'aligned', align: 'right' },
    { title: 'refused', align: 'right' },
    { title: 'extents per file', align: 'right' },
    { title: 'left over', align: 'right' },
    { title: 'free runs', align: 'right' },
    { title: 'largest free run', align: 'right' },
  ];
  const rows = all.flatMap(({ plan, sides, blockBytes, clusterBytes }) =>
    sides.map((side, index) =>
      setRow(index === 0 ? plan.name : '', nameOfSide(side), side.totals, { blockBytes, clusterBytes }),
    ),
  );
  const names = [...new Set(all.flatMap(({ sides }) => sides.map(nameOfSide)))];
  const sums = names.map((name, index) => {
    const totals = all.flatMap(({ sides }) =>
      sides.filter((side) => nameOfSide(side) === name).map((side) => side.totals),
    );
    // Blocks and runs of different filesystems are not one sum.
    return setRow(index === 0 ? `all ${all.length}` : '', name, addTotals(totals), null);
  });
  return [`on ${drive}`, '', ...tableLines(columns, [...rows, ...sums]).map((line) => tint(line, paint))];
}

function tint(line: string, paint: Paint): string {
  return line.startsWith('plan ') ? paint('strong', line) : line;
}

function setRow(
  plan: string,
  name: string,
  totals: Totals,
  shape: Pick<Versus, 'blockBytes' | 'clusterBytes'> | null,
): Cell[] {
  const { units, refusedSteps, files, extents, leftOverBlocks, free, crashed } = totals;
  const run = free && shape ? formatBytes(free.largestRun * shape.clusterBytes) : '';
  return [
    { text: printable(plan) },
    { text: crashed ? `${name} (goes down)` : name },
    { text: String(unitSum(units)) },
    { text: share(units) },
    { text: String(refusedSteps) },
    { text: files === 0 ? '-' : (extents / files).toFixed(1) },
    { text: shape ? formatBytes(leftOverBlocks * shape.blockBytes) : '' },
    { text: free && shape ? String(free.runs) : '' },
    { text: run },
  ];
}

/** What a side is called: its allocator, and which writes it got where they are not the plan's own. */
export function nameOfSide({ allocator, writes }: Side): string {
  return writes === 'as-asked' ? allocator : `${allocator}, ${writes}`;
}

/** What a step answers, and how its blocks lie. */
function stepCell(step: SideStep | undefined, op: string, paint: Paint): Cell {
  if (!step) return { text: '-' };
  if (step.crash !== undefined) return { text: 'kernel goes down', paint: (text) => paint('bad', text) };
  if (step.result === -1) {
    const left = step.leftOverBlocks > 0 ? `, leaves ${blocks(step.leftOverBlocks)}` : '';
    return { text: `${step.errno ?? 'refused'}${left}`, paint: (text) => paint('bad', text) };
  }
  if (op !== 'write' && op !== 'fallocate') return { text: 'ok' };
  return { text: [extentsInWords(step), placesInWords(step.units)].filter(Boolean).join(' ') };
}

function extentsInWords({ extents }: SideStep): string {
  const shown = extents.slice(0, extentsMax).map(({ logical, physical, length }) => {
    return `${logical}+${length}@${physical}`;
  });
  if (extents.length > extentsMax) shown.push(`… ${extents.length} extents`);
  return shown.join(' ');
}

/** `aligned`, or `3 aligned, 1 split`. */
export function placesInWords(units: UnitCounts): string {
  const sum = unitSum(units);
  const kinds = (['aligned', 'misaligned', 'split', 'missing'] as const).filter((kind) => units[kind] > 0);
  return kinds.map((kind) => (sum === 1 ? kind : `${units[kind]} ${kind}`)).join(', ');
}

/** What the kernels would print, by the step that brings it about. */
function warningLines(sides: readonly Side[]): string[] {
  const lines = sides.flatMap((side) =>
    side.steps.flatMap(({ warnings = [], crash }, index) =>
      [...warnings, ...(crash === undefined ? [] : [crash])].map(
        (text) => `  ${nameOfSide(side)}, step ${index}: ${text}`,
      ),
    ),
  );
  return lines.length === 0 ? [] : ['', 'warnings', ...lines];
}

function totalsLines(sides: readonly Side[], clusterBytes: number): string[] {
  const rows: [string, (totals: Totals) => string][] = [
    ['units aligned', ({ units }) => `${units.aligned} of ${unitSum(units)} (${share(units)})`],
    ['units misaligned', ({ units }) => String(units.misaligned)],
    ['units split', ({ units }) => String(units.split)],
    ['units refused', ({ units }) => String(units.refused)],
    ['steps refused', ({ refusedSteps }) => String(refusedSteps)],
    ['warnings', ({ warnings }) => String(warnings)],
    ['extents per file', ({ files, extents }) => (files === 0 ? '-' : (extents / files).toFixed(1))],
    ['left over by refusals', ({ leftOverBlocks }) => blocks(leftOverBlocks)],
    ['runs of free space', ({ free }) => (free ? String(free.runs) : '-')],
    ['largest free run', ({ free }) => (free ? formatBytes(free.largestRun * clusterBytes) : '-')],
  ];
  return tableLines(
    [
      { title: '', align: 'left' },
      ...sides.map((side): Column => ({ title: nameOfSide(side), align: 'right' })),
    ],
    rows.map(([title, value]) => [{ text: title }, ...sides.map(({ totals }) => ({ text: value(totals) }))]),
  );
}

function share(units: UnitCounts): string {
  const sum = unitSum(units);
  return sum === 0 ? '-' : `${Math.round((100 * units.aligned) / sum)} %`;
}

function blocks(count: number): string {
  return `${count} block${count === 1 ? '' : 's'}`;
}
