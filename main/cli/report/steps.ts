import type { StepRecord } from '../../../core/experiment/outcome.ts';
import type { Step } from '../../../core/experiment/plan.ts';
import { stepDetail, stepFile } from '../../../core/view/index.ts';
import type { Paint } from '../style.ts';
import { printable, tableLines, type Cell, type Column } from '../table.ts';

const rowsMax = 200;

/** The list of steps with what each answered, predicted beside actual where there was a run. */
export function stepLines(
  steps: readonly Step[],
  predicted: readonly StepRecord[],
  actual: readonly StepRecord[] | null,
  paint: Paint,
): string[] {
  const columns: Column[] = [
    { title: 'step', align: 'right' },
    { title: 'op', align: 'left' },
    { title: 'file', align: 'left' },
    { title: 'what', align: 'left' },
    { title: 'predicted', align: 'right' },
    ...(actual
      ? ([
          { title: '', align: 'left' },
          { title: 'kernel', align: 'right' },
        ] as const)
      : []),
  ];
  const shown = steps.slice(0, rowsMax);
  const rows = shown.map((step, index): Cell[] => {
    const mine = answer(predicted[index]);
    const real = actual ? answer(actual[index]) : null;
    const tone = (text: string) => (real !== null && mine !== real ? paint('bad', text) : text);
    return [
      { text: String(index) },
      { text: step.op },
      { text: printable(stepFile(step)) },
      { text: stepDetail(step).replaceAll('\u00a0', ' ').replaceAll('\u2009', ' ') },
      { text: mine, paint: tone },
      ...(real === null
        ? []
        : [
            { text: mine === real ? '=' : '!=', paint: tone },
            { text: real, paint: tone },
          ]),
    ];
  });
  const lines = [...tableLines(columns, rows), ...warningLines(predicted)];
  if (shown.length < steps.length) lines.push(`… ${steps.length - shown.length} more steps; --json has all`);
  return lines;
}

/** What the kernel would print meanwhile, and where it goes down. */
function warningLines(predicted: readonly StepRecord[]): string[] {
  return predicted.flatMap(({ warnings = [], crash }, index) => [
    ...warnings.map((warning) => `step ${index} warns: ${warning}`),
    ...(crash === undefined ? [] : [`step ${index} brings the kernel down: ${crash}`]),
  ]);
}

/** A step's answer in one word. */
function answer(record: StepRecord | undefined): string {
  if (!record) return '-';
  if (record.crash !== undefined) return 'crash';
  return record.result === -1 ? (record.errno ?? '-1') : String(record.result);
}
