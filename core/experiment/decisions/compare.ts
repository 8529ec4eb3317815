import type { Decision, DecisionTrace } from './decision.ts';

/** The first decision in which two traces part. */
export interface Divergence {
  /** Place of the step in the plan, or the part of the run before or behind the steps. */
  readonly step: number | 'mount' | 'layouts';
  /** Place among the decisions of that step. */
  readonly decision: number;
  /** What differs; empty where only one side has a decision here. */
  readonly fields: readonly FieldDifference[];
  /** Null where the mirror decides nothing here. */
  readonly predicted: Decision | null;
  /** Null where the kernel decided nothing here. */
  readonly actual: Decision | null;
}

export interface FieldDifference {
  /** Path of a field: `request.goal`. */
  readonly field: string;
  readonly predicted: unknown;
  readonly actual: unknown;
}

/** What only one side can know. */
const onesided: ReadonlySet<string> = new Set(['reasons', 'loaded']);

/** The first divergence of two traces of one plan; null where they agree decision by decision. */
export function compareDecisions(predicted: DecisionTrace, actual: DecisionTrace): Divergence | null {
  const mount = compareSection('mount', predicted.mount, actual.mount);
  if (mount) return mount;
  const count = Math.max(predicted.steps.length, actual.steps.length);
  for (let step = 0; step < count; step++) {
    const divergence = compareSection(step, predicted.steps[step] ?? [], actual.steps[step] ?? []);
    if (divergence) return divergence;
  }
  return compareSection('layouts', predicted.layouts, actual.layouts);
}

function compareSection(
  step: Divergence['step'],
  predicted: readonly Decision[],
  actual: readonly Decision[],
): Divergence | null {
  for (let decision = 0; decision < Math.max(predicted.length, actual.length); decision++) {
    const mine = predicted[decision] ?? null;
    const its = actual[decision] ?? null;
    const fields = mine && its ? differingFields(mine, its, '') : [];
    if (!mine || !its || fields.length > 0) return { step, decision, fields, predicted: mine, actual: its };
  }
  return null;
}

function differingFields(predicted: object, actual: object, path: string): FieldDifference[] {
  const keys = new Set([...Object.keys(predicted), ...Object.keys(actual)]);
  return [...keys]
    .filter((key) => !onesided.has(key))
    .flatMap((key) => differingValues(valueAt(predicted, key), valueAt(actual, key), `${path}${key}`));
}

function differingValues(predicted: unknown, actual: unknown, field: string): FieldDifference[] {
  if (isList(predicted) && isList(actual) && predicted.length === actual.length) {
    return predicted.flatMap((value, index) => differingValues(value, actual[index], `${field}[${index}]`));
  }
  if (isRecord(predicted) && isRecord(actual)) return differingFields(predicted, actual, `${field}.`);
  return predicted === actual ? [] : [{ field, predicted, actual }];
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(record: object, key: string): unknown {
  return (record as Readonly<Record<string, unknown>>)[key];
}
