import { placesInWords } from '../../main/cli/report/versus.ts';
import type { Side, SideStep } from '../../core/experiment/versus/index.ts';
import type { Step } from '../../core/experiment/plan.ts';
import { stepDetail, stepFile } from '../../core/view/index.ts';
import type { Versus } from '../../main/predict/index.ts';

/** A unit is drawn at most so wide. */
const charactersPerUnit = 16;
const extentsMost = 3;

/**
 * A plan under its allocators as text: for every write and allocation what each answers, and where its blocks lie between the
 * device's own boundaries.
 */
export function pictureOf({ plan, sides, blockBytes }: Versus): string {
  const asked = sides.filter(({ writes }) => writes === 'as-asked');
  const width = Math.max(...asked.map(({ allocator }) => allocator.length));
  const several = new Set(plan.steps.map(stepFile)).size > 1;
  const lines = plan.steps.flatMap((step, index) => {
    if (!isDrawn(step)) return [];
    const rows = asked.map((side) => {
      const plain = sides.find(({ allocator, writes }) => allocator === side.allocator && writes === 'plain');
      const answer = rowOf(side, index, step, blockBytes);
      const without =
        plain && side.steps[index]?.result === -1 ? rowOf(plain, index, step, blockBytes) : null;
      return `    ${side.allocator.padEnd(width)}  ${answer}${without === null ? '' : `, without the flag  ${without}`}`;
    });
    return [`step ${String(index)}: ${titleOf(step, several)}`, ...rows];
  });
  const warnings = asked.flatMap((side) =>
    side.steps.flatMap(({ warnings = [], crash }, index) =>
      [...warnings, ...(crash === undefined ? [] : [crash])].map(
        (text) => `    ${side.allocator}, step ${String(index)}: ${text}`,
      ),
    ),
  );
  return [...lines, ...(warnings.length === 0 ? [] : ['warnings', ...warnings])].join('\n');
}

function isDrawn(step: Step): boolean {
  return step.op === 'write' || step.op === 'fallocate' || step.op === 'truncate';
}

function titleOf(step: Step, several: boolean): string {
  const detail = stepDetail(step).replaceAll('\u00a0', ' ').replaceAll('\u2009', ' ');
  return `${step.op} ${several ? `${stepFile(step)} ` : ''}${detail}`;
}

function rowOf(side: Side, index: number, step: Step, blockBytes: number): string {
  const answer = side.steps[index];
  if (!answer) return '-';
  if (answer.crash !== undefined) return 'the kernel goes down';
  const drawn = drawingOf(answer, step, blockBytes);
  if (answer.result !== -1)
    return [drawn === '' ? 'done' : drawn, placesInWords(answer.units)].filter(Boolean).join('  ');
  const left = answer.leftOverBlocks > 0 ? `, and leaves  ${drawn}` : '';
  return `${answer.errno ?? ''}${left}`;
}

function drawingOf({ extents }: SideStep, step: Step, blockBytes: number): string {
  const unit = 'length' in step && step.op === 'write' ? step.length / blockBytes : 1;
  const isUnit = Number.isInteger(unit) && Number.isInteger(Math.log2(unit)) && step.op === 'write';
  const parts = extents.slice(0, extentsMost).map(({ physical, length, state }) => {
    const mark = state === 'written' ? '#' : 'u';
    return `${String(physical)} ${isUnit ? between(physical, length, unit, mark) : `${String(length)} blocks`}`;
  });
  return parts.join(', then ');
}

/** Blocks between multiples of the unit: `|..##|##..|`. */
function between(physical: number, length: number, unit: number, mark: string): string {
  const scale = Math.max(1, unit / charactersPerUnit);
  const from = Math.floor(physical / unit) * unit;
  const to = Math.ceil((physical + length) / unit) * unit;
  let text = '|';
  for (let at = from; at < to; at += scale) {
    text += at + scale > physical && at < physical + length ? mark : '.';
    if ((at + scale) % unit === 0) text += '|';
  }
  return text;
}
