import { compareOutcomes, differenceText } from '../../core/experiment/compare.ts';
import { outcomeFromWire, RpcError, type Call, type Client } from '../../core/rpc/index.ts';
import type { FreshPrediction, Replay, RunRecord, UntornContract } from '../../core/rpc/index.ts';
import { withAllocator, type MirrorPlan } from './mirror-plan.ts';

const sides = { mine: 'then', its: { answered: 'now', has: 'now' } } as const;

/** What came of predicting a kept run's plan once more. */
export type Retold =
  | { readonly state: 'asking' }
  /** It comes out as it did then, so that the mirror can be asked about it. */
  | { readonly state: 'same'; readonly replay: Replay | null; readonly mirrored: MirrorPlan }
  | { readonly state: 'not'; readonly why: string };

/**
 * A kept run has its layouts, but not how they came about. The mirror predicts its plan once more, with the allocator of
 * then; what it tells beside counts only where the prediction is still the same.
 */
export class Retelling {
  private readonly client: Client<UntornContract>;
  private call: Call<FreshPrediction> | null = null;

  constructor(client: Client<UntornContract>) {
    this.client = client;
  }

  /** Null where another run was asked about meanwhile. */
  async of({ plan, result, host }: RunRecord): Promise<Retold | null> {
    this.call?.cancel();
    this.call = null;
    const never = whyNever(plan);
    if (never !== '') return { state: 'not', why: never };
    const text = withAllocator(plan, result.predicted.allocator);
    const call = this.client.call('plan.predict', { text });
    this.call = call;
    try {
      const again = await call.result;
      if (this.call !== call) return null;
      const [first] = compareOutcomes(outcomeFromWire(result.predicted), outcomeFromWire(again.predicted));
      if (!first) return { state: 'same', replay: again.replay, mirrored: { text } };
      const found = differenceText(first, sides);
      return { state: 'not', why: `${otherwise(host.untorn)} (${found})` };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (this.call !== call) return null;
      return { state: 'not', why: `this run’s plan cannot be predicted once more: ${error.message}` };
    }
  }
}

function otherwise(version: string): string {
  return `the mirror predicts this plan otherwise here and now than Untorn ${version} did then, so how that layout came about is not told`;
}

/** Targets that are not any more what they were before the run. */
function whyNever(plan: string): string {
  switch (targetKindOf(plan)) {
    case 'block':
      return 'the device is not any more what it was before this run, so its plan cannot be predicted once more';
    case 'mounted':
      return 'the mounted filesystem is not any more what it was before this run, so its plan cannot be predicted once more';
    default:
      return '';
  }
}

/** The kind of a plan's target; an empty text where the plan does not say. */
export function targetKindOf(plan: string): string {
  try {
    const parsed: unknown = JSON.parse(plan);
    const kind = (parsed as { target?: { kind?: unknown } }).target?.kind;
    return typeof kind === 'string' ? kind : '';
  } catch {
    return '';
  }
}
