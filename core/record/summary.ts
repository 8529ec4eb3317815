import * as v from 'valibot';
import { recordIdSchema, type RunRecord } from './record.ts';

const wholeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What a list of runs shows of each. */
export const summarySchema = v.strictObject({
  id: recordIdSchema,
  title: v.string(),
  began: v.string(),
  tookMs: v.number(),
  kernel: v.string(),
  allocator: v.string(),
  /** `ext4`, `xfs`, or empty where it is not known. */
  filesystem: v.string(),
  verdict: v.picklist(['match', 'differs', 'disturbed']),
  steps: wholeSchema,
  files: wholeSchema,
  differences: wholeSchema,
});

export type RunSummary = v.InferOutput<typeof summarySchema>;

export function summariseRecord({ id, title, began, tookMs, host, result }: RunRecord): RunSummary {
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

/** Whether every word of `words` is somewhere in the summary, in any case of letters. */
export function summaryHas(summary: RunSummary, words: string): boolean {
  const { id, title, began, kernel, allocator, filesystem, verdict } = summary;
  const text = [id, title, began, kernel, allocator, filesystem, verdict].join('\n').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
