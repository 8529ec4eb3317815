import * as v from 'valibot';
import { crashReportSchema, type CrashReport } from '../torn/crash/report.ts';
import type {
  PowerCutResult,
  RecordVerification,
  RehearsalResult,
  ShutdownResult,
  StormResult,
} from '../torn/index.ts';
import {
  powerCutResultSchema,
  recordVerificationSchema,
  rehearsalResultSchema,
  shutdownResultSchema,
  stormResultSchema,
} from '../torn/wire/index.ts';
import { recordEntries, recordSchema } from './record.ts';

/** What comes of a torn run that is kept. */
export type TornRunResult =
  StormResult | ShutdownResult | CrashReport | PowerCutResult | RecordVerification | RehearsalResult;

export const tornKinds = ['storm', 'shutdown', 'crash', 'power-cut', 'verify', 'rehearsal'] as const;
export type TornKind = (typeof tornKinds)[number];

const schemas: { readonly [Kind in TornKind]: v.GenericSchema<Extract<TornRunResult, { kind: Kind }>> } = {
  storm: stormResultSchema,
  shutdown: shutdownResultSchema,
  crash: crashReportSchema,
  'power-cut': powerCutResultSchema,
  verify: recordVerificationSchema,
  rehearsal: rehearsalResultSchema,
};

const resultSchema = v.lazy((input): v.GenericSchema<TornRunResult> => {
  const kind = tornKinds.find((one) => one === memberOf(input, 'kind'));
  const schema = kind ? schemas[kind] : v.never('is no result of a torn run');
  return schema as v.GenericSchema<TornRunResult>;
});

/** A torn run that is kept: version 2 of the record, version 1 being of plans alone. */
const tornRecordSchema = v.strictObject({
  ...recordEntries,
  version: v.literal(2),
  /** What was asked, as JSON: a request, or a crash plan. */
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
