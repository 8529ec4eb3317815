import * as v from 'valibot';
import { wholeSchema } from '../schemas.ts';
import { faultsIn, type Verification } from '../torn/index.ts';
import { recordIdSchema, type RunRecord } from './record.ts';
import { testedKernel } from './torn-facts.ts';
import { tornKinds, type KeptRecord, type TornRunRecord } from './torn-record.ts';

const sharedEntries = {
  id: recordIdSchema,
  title: v.string(),
  began: v.string(),
  tookMs: v.number(),
  kernel: v.string(),
  /** `ext4`, `xfs`, or empty where it is not known. */
  filesystem: v.string(),
} as const;

const planSummarySchema = v.strictObject({
  ...sharedEntries,
  allocator: v.string(),
  verdict: v.picklist(['match', 'differs', 'disturbed']),
  steps: wholeSchema,
  files: wholeSchema,
  differences: wholeSchema,
});

const tornSummarySchema = v.strictObject({
  ...sharedEntries,
  kind: v.picklist(tornKinds),
  verdict: v.picklist(['untorn', 'faults', 'incomplete', 'void', 'sound', 'faulty']),
  /** Units that were judged, rounds of shutdowns, states of a crash check, power cuts of a rehearsal. */
  checked: wholeSchema,
  /** Units that are not right, or states in which something is not. */
  faults: wholeSchema,
});

/** What a list of runs shows of each; one of a torn run has a `kind`. */
export const summarySchema = v.union([planSummarySchema, tornSummarySchema]);

export type PlanRunSummary = v.InferOutput<typeof planSummarySchema>;
export type TornRunSummary = v.InferOutput<typeof tornSummarySchema>;
export type RunSummary = PlanRunSummary | TornRunSummary;

export function summariseRecord(record: KeptRecord): RunSummary {
  return record.version === 1 ? planSummary(record) : tornSummary(record);
}

function planSummary({ id, title, began, tookMs, host, result }: RunRecord): PlanRunSummary {
  const { predicted, actual, volume, match, disturbed, differences } = result;
  return {
    id,
    title,
    began,
    tookMs,
    kernel: host.kernel,
    allocator: predicted.allocator,
    filesystem: volume?.fs ?? '',
    verdict: disturbed.length > 0 ? 'disturbed' : match ? 'match' : 'differs',
    steps: actual.steps.length,
    files: actual.files.length,
    differences: differences.length,
  };
}

function tornSummary(record: TornRunRecord): TornRunSummary {
  const { id, title, began, tookMs, host, result } = record;
  const kernel = result.kind === 'crash' ? host.kernel : testedKernel(record);
  const head = { id, title, began, tookMs, kernel, verdict: result.verdict };
  switch (result.kind) {
    case 'storm': {
      const { verification, numbers } = result;
      const faults = (verification ? faultsIn(verification.counts) : 0) + numbers.wrongReads;
      return { ...head, kind: 'storm', filesystem: '', checked: verification?.units ?? 0, faults };
    }
    case 'shutdown': {
      const { rounds, filesystem } = result;
      const faults = rounds.reduce((sum, { counts }) => sum + faultsIn(counts), 0);
      return { ...head, kind: 'shutdown', filesystem, checked: rounds.length, faults };
    }
    case 'crash': {
      const { states, filesystem } = result;
      const faults = states.faulty + states.unusable;
      return { ...head, kind: 'crash', filesystem: filesystem.fs, checked: states.checked, faults };
    }
    case 'power-cut':
    case 'verify':
      return { ...head, kind: result.kind, filesystem: '', ...judged(result.verification) };
    case 'rehearsal': {
      const { rounds, settings, totals } = result;
      const filesystem = settings.on === 'device' ? '' : settings.on;
      const unusable = rounds.filter((round) => round.unusable !== null).length;
      const faults = faultsIn(totals.counts) + unusable;
      return { ...head, kind: 'rehearsal', filesystem, checked: rounds.length, faults };
    }
  }
}

function judged(verification: Verification | null): { checked: number; faults: number } {
  const { units = 0, counts } = verification ?? {};
  return { checked: units, faults: counts ? faultsIn(counts) : 0 };
}

/** Whether every word of `words` is somewhere in the summary, in any case of letters. */
export function summaryHas(summary: RunSummary, words: string): boolean {
  const { id, title, began, kernel, filesystem, verdict } = summary;
  const own =
    'kind' in summary ? ['torn', summary.kind, summary.kind.replace('-', ' ')] : ['plan', summary.allocator];
  const text = [id, title, began, kernel, filesystem, verdict, ...own].join('\n').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
