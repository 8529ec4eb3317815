/** Runs that are kept: their form, their summary, how two compare, and how they leave the house. */
export { compareRecords, type RecordComparison } from './compare.ts';
export { exportRecord, type Exported } from './export/index.ts';
export type { ExportFormat } from './formats.ts';
export { recordIdSchema, recordSchema, type RecordHost, type RunRecord } from './record.ts';
export { summariseRecord, summaryHas, summarySchema, type RunSummary } from './summary.ts';
