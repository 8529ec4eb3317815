import * as v from 'valibot';
import { crashReportSchema, type CrashReport } from '../torn/crash/report.ts';
import type { ShutdownResult, StormResult } from '../torn/index.ts';
import { shutdownResultSchema, stormResultSchema } from '../torn/wire/index.ts';
import { recordEntries, recordSchema } from './record.ts';

/** What comes of a torn run that is kept. */
export type TornRunResult = StormResult | ShutdownResult | CrashReport;

export const tornKinds = ['storm', 'shutdown', 'crash'] as const;
export type TornKind = (typeof tornKinds)[number];

const schemas: Readonly<Record<TornKind, v.GenericSchema<TornRunResult>>> = {
  storm: stormResultSchema as v.GenericSchema<TornRunResult>,
  shutdown: shutdownResultSchema as v.GenericSchema<TornRunResult>,
  crash: crashReportSchema as v.GenericSchema<TornRunResult>,
};

const resultSchema = v.lazy((input): v.GenericSchema<TornRunResult> => {
  const kind = tornKinds.find((one) => one === memberOf(input, 'kind'));
  return kind ? schemas[kind] : (v.never('is no result of a torn run') as v.GenericSchema<never>);
});

/** A torn run that is kept: version 2 of the record, version 1 being of plans alone. */
const tornRecordSchema = v.strictObject({
  ...recordEntries,
  version: v.literal(2),
  /** What was asked, as JSON: the request of a storm or of shutdowns, a crash plan. */
  plan: v.string(),
  result: resultSchema,
});

export type TornRunRecord = v.InferOutput<typeof tornRecordSchema>;
export type KeptRecord = v.InferOutput<typeof recordSchema> | TornRunRecord;

/** Any record, of this or of an earlier version of Untorn. */
export const keptRecordSchema: v.GenericSchema<KeptRecord> = v.lazy((input) =>
  memberOf(input, 'version') === 2 ? tornRecordSchema : recordSchema,
) as v.GenericSchema<KeptRecord>;

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
