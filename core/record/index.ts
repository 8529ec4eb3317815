/** Runs that are kept: their form, their summary, how two compare, and how they leave the house. */
export { compareRecords, type RecordComparison } from './compare.ts';
export { sideBySide, type FactGroup, type FactPair } from './compare-torn.ts';
export { exportRecord, type Exported } from './export/index.ts';
export type { ExportFormat } from './formats.ts';
export { recordIdSchema, recordSchema, type RecordHost, type RunRecord } from './record.ts';
export {
  summariseRecord,
  summaryHas,
  summarySchema,
  type PlanRunSummary,
  type RunSummary,
  type TornRunSummary,
} from './summary.ts';
export {
  keptRecordSchema,
  type KeptRecord,
  type TornKind,
  type TornRunRecord,
  type TornRunResult,
} from './torn-record.ts';
export { tornHeadline, type TornHeadline } from './torn-headline.ts';
