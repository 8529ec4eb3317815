import * as v from 'valibot';
import { runSchema } from '../rpc/result.ts';

/**
 * A run that is kept: what was asked, where, when, and all that came of it. One that another machine made says the same
 * as one of ours.
 */

/** Sorts by time: `20261122T181503Z-4f1c9a`. */
export const recordIdSchema = v.pipe(
  v.string(),
  v.regex(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/, 'is not the name of a run'),
);

const hostSchema = v.strictObject({
  /** Version of Untorn. */
  untorn: v.string(),
  /** `Linux 6.18.44`. */
  kernel: v.string(),
  machine: v.string(),
  cpus: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});

/** What every record begins with, of whatever kind and version. */
export const recordEntries = {
  format: v.literal('untorn-run', 'is not a run of Untorn'),
  id: recordIdSchema,
  title: v.pipe(v.string(), v.maxLength(500)),
  /** When it began, in UTC (ISO 8601). */
  began: v.pipe(v.string(), v.isoTimestamp()),
  tookMs: v.pipe(v.number(), v.minValue(0)),
  host: hostSchema,
} as const;

/** A plan that was run: version 1 of the record. */
export const recordSchema = v.strictObject({
  ...recordEntries,
  version: v.literal(1, 'is of a version that this Untorn does not know'),
  /** The plan file as it was. */
  plan: v.string(),
  result: runSchema,
});

export type RunRecord = v.InferOutput<typeof recordSchema>;
export type RecordHost = v.InferOutput<typeof hostSchema>;
