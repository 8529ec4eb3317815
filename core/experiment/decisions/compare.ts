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
  /**
   * Whether a worker of the kernel's had decided something in this step before: the two then raced, and another run
   * may go the predicted way.
   */
  readonly raced: boolean;
}

export interface FieldDifference {
  /** Path of a field: `request.goal`. */
  readonly field: string;
  readonly predicted: unknown;
  readonly actual: unknown;
}

/** What only one side can know. */
const onesided: ReadonlySet<string> = new Set(['reasons', 'loaded', 'background', 'uncertain']);

/** A decision with its place; `order` grows from the mount to the layouts. */
interface Placed {
  readonly step: Divergence['step'];
  readonly order: number;
  readonly index: number;
  readonly decision: Decision;
}

/**
 * The first divergence of two traces of one plan; null where they agree decision by decision. What the plan's own
 * thread decided agrees in its order, too. What the kernel's workers decided in the background (an extent tree that
 * shrinks when data has reached the disk) comes at no moment that a plan could know: it must be predicted as well, for
 * the step in which it came or for one before.
 */
export function compareDecisions(predicted: DecisionTrace, actual: DecisionTrace): Divergence | null {
  const all = placed(actual);
  const own = all.filter(({ decision }) => !isBackground(decision));
  const background = new Set(all.filter(({ decision }) => isBackground(decision)));
  let next = 0;
  for (const mine of placed(predicted)) {
    const its = own[next] ?? null;
    if (its && its.order < mine.order) return onlyActual(all, its);
    const fields = its?.order === mine.order ? differences(mine.decision, its.decision) : null;
    if (fields?.length === 0) {
      next++;
      continue;
    }
    const late = [...background].find((one) => isSame(mine, one));
    if (!late) return divergence(all, mine, fields ? its : null, fields ?? []);
    background.delete(late);
  }
  const [rest = null] = [own[next], ...background].filter((one) => one !== undefined);
  return rest && onlyActual(all, rest);
}

function placed(trace: DecisionTrace): Placed[] {
  const section = (step: Divergence['step'], order: number, decisions: readonly Decision[]): Placed[] =>
    decisions.map((decision, index) => ({ step, order, index, decision }));
  const { mount, steps, layouts } = trace;
  return [
    ...section('mount', -1, mount),
    ...steps.flatMap((decisions, step) => section(step, step, decisions)),
    ...section('layouts', steps.length, layouts),
  ];
}

function isBackground(decision: Decision): boolean {
  return decision.background === true;
}

/** Whether two decisions agree in every field that both sides can know. */
export function isSameDecision(one: Decision, other: Decision): boolean {
  return differences(one, other).length === 0;
}

function isSame(predicted: Placed, late: Placed): boolean {
  return late.order >= predicted.order && isSameDecision(predicted.decision, late.decision);
}

function divergence(
  actual: readonly Placed[],
  mine: Placed,
  its: Placed | null,
  fields: readonly FieldDifference[],
): Divergence {
  const { step, index, order, decision } = mine;
  const raced = workerDecided(actual, order, its?.index ?? Infinity);
  return { step, decision: index, fields, predicted: decision, actual: its?.decision ?? null, raced };
}

function onlyActual(actual: readonly Placed[], { step, index, order, decision }: Placed): Divergence {
  const raced = workerDecided(actual, order, index);
  return { step, decision: index, fields: [], predicted: null, actual: decision, raced };
}

function workerDecided(actual: readonly Placed[], order: number, before: number): boolean {
  return actual.some((one) => one.order === order && one.index < before && isBackground(one.decision));
}

/** Fields in which two decisions differ; two of different kinds have no other field in common. */
function differences(predicted: Decision, actual: Decision): FieldDifference[] {
  const [mine, its] = [predicted.kind, actual.kind];
  if (mine !== its) return [{ field: 'kind', predicted: mine, actual: its }];
  return differingFields(predicted, actual, '');
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
