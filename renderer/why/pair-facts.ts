import type { WireDecision, WireSection } from '../../core/rpc/index.ts';

/** One fact of a decision as both sides tell it. */
export interface PairedFact {
  readonly name: string;
  /** Null where a side does not tell it. */
  readonly predicted: string | null;
  readonly actual: string | null;
  /** What only the mirror knows of it, or an empty text. */
  readonly why: string;
  readonly differs: boolean;
}

/** What only one side can tell, so that its absence on the other is no difference. */
const onesided: ReadonlySet<string> = new Set(['pass', 'at the goal', 'claim', 'read in', 'by', 'uncertain']);

type Facts = WireDecision['facts'];

/** Lays the facts of both sides beside each other: the first `gives` beside the first, the second beside the second. */
export function pairFacts(predicted: Facts, actual: Facts | null): PairedFact[] {
  const rest = [...(actual ?? [])];
  const take = (name: string) => {
    const index = rest.findIndex((one) => one.name === name);
    return index < 0 ? null : (rest.splice(index, 1)[0] ?? null);
  };
  const paired = predicted.map(({ name, text, why }): PairedFact => {
    const its = take(name)?.text ?? null;
    const missing = actual !== null && its === null && !onesided.has(name);
    const differs = missing || (its !== null && its !== text && !onesided.has(name));
    return { name, predicted: text, actual: its, why: why ?? '', differs };
  });
  const others = rest.map(({ name, text }): PairedFact => {
    return { name, predicted: null, actual: text, why: '', differs: !onesided.has(name) };
  });
  return [...paired, ...others];
}

/** A decision as both sides made it; null for a side that made none here, or whose decisions are not known. */
export interface PairedDecision {
  readonly predicted: WireDecision | null;
  readonly actual: WireDecision | null;
  /** Whether both are known, and they are not the same. */
  readonly differs: boolean;
}

/** The decisions of both sides one by one, and behind them what the kernel's workers decided meanwhile. */
export function pairDecisions({ predicted, actual }: WireSection): PairedDecision[] {
  if (actual === null) return predicted.map((mine) => ({ predicted: mine, actual: null, differs: false }));
  const own = actual.filter(({ background }) => !background);
  const workers = actual.filter(({ background }) => background);
  const count = Math.max(predicted.length, own.length);
  const pairs = Array.from({ length: count }, (_, index): PairedDecision => {
    const [mine, its] = [predicted[index] ?? null, own[index] ?? null];
    const differs = !mine || !its || mine.headline !== its.headline || hasDifference(mine, its);
    return { predicted: mine, actual: its, differs };
  });
  return [...pairs, ...workers.map((its) => ({ predicted: null, actual: its, differs: false }))];
}

function hasDifference(mine: WireDecision, its: WireDecision): boolean {
  return pairFacts(mine.facts, its.facts).some(({ differs }) => differs);
}

/** Whether a decision gave or took any of these blocks. */
export function isAbout(
  { predicted, actual }: PairedDecision,
  ranges: readonly (readonly [number, number])[],
): boolean {
  return [predicted, actual].some((one) => {
    const [first, length] = [one?.physical ?? null, one?.length ?? 0];
    return first !== null && ranges.some(([from, to]) => first < to && first + length > from);
  });
}
