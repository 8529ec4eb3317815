/** Schemas of torn results and events: for what travels, and for what is kept and may come from elsewhere. */
import * as v from 'valibot';
import { flatExtentsSchema } from '../../rpc/outcome.ts';
import { faultKinds } from '../faults.ts';
import { fieldCellsMax, type UnitField } from '../field.ts';
import type { PictureRow } from '../explain.ts';
import { latencyBuckets } from '../latency.ts';
import { faultRunsMax, type FaultRun, type StampedLayout } from '../layout.ts';
import type {
  Sensitivity,
  ShutdownResult,
  ShutdownRound,
  StormNumbers,
  StormResult,
  StormSettings,
  UnitFinding,
  Verification,
} from '../result.ts';
import type { SeriesPoint } from '../series.ts';
import { verdicts, type Verdict } from '../unit.ts';
import { list, wholeSchema } from '../../schemas.ts';
import { runNumberSchema, secondsSchema } from './numbers.ts';

export const verdictSchema = v.picklist(verdicts);

export const countsSchema: v.GenericSchema<Readonly<Record<Verdict, number>>> = v.strictObject({
  new: wholeSchema,
  old: wholeSchema,
  stale: wholeSchema,
  torn: wholeSchema,
  'mixed-writers': wholeSchema,
  misplaced: wholeSchema,
  garbage: wholeSchema,
  unreadable: wholeSchema,
});

const originSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('write'),
    writer: wholeSchema,
    generation: v.pipe(v.number(), v.safeInteger()),
    bytes: wholeSchema,
  }),
  v.strictObject({ kind: v.literal('zeros') }),
  v.strictObject({ kind: v.literal('other-run'), run: runNumberSchema }),
  v.strictObject({ kind: v.literal('nobody') }),
]);

const rowSchema: v.GenericSchema<PictureRow> = v.strictObject({
  first: wholeSchema,
  last: wholeSchema,
  address: wholeSchema,
  colour: verdictSchema,
  origin: originSchema,
  label: v.string(),
  hex: v.string(),
});

export const findingSchema: v.GenericSchema<UnitFinding> = v.strictObject({
  address: wholeSchema,
  bytes: wholeSchema,
  blockBytes: wholeSchema,
  verdict: verdictSchema,
  text: v.string(),
  rows: list(rowSchema),
});

export const fieldSchema: v.GenericSchema<UnitField> = v.strictObject({
  units: wholeSchema,
  cells: v.pipe(v.string(), v.maxLength(fieldCellsMax), v.regex(/^[nostxmgu.]*$/)),
});

const faultRunSchema: v.GenericSchema<FaultRun> = v.strictObject({
  address: wholeSchema,
  bytes: wholeSchema,
  verdict: verdictSchema,
});

const layoutSchema: v.GenericSchema<StampedLayout> = v.strictObject({
  blockBytes: v.pipe(wholeSchema, v.minValue(512)),
  extents: flatExtentsSchema,
});

export const verificationSchema: v.GenericSchema<Verification> = v.strictObject({
  units: wholeSchema,
  counts: countsSchema,
  findings: list(findingSchema),
  field: v.exactOptional(fieldSchema),
  faults: v.exactOptional(v.pipe(v.array(faultRunSchema), v.maxLength(faultRunsMax), v.readonly())),
  seconds: secondsSchema,
  journal: v.strictObject({ records: wholeSchema, gaps: wholeSchema, damaged: wholeSchema }),
});

export const kindCountSchema = v.strictObject({
  kind: v.picklist(faultKinds),
  seeded: wholeSchema,
  found: wholeSchema,
});

export const sensitivitySchema: v.GenericSchema<Sensitivity> = v.strictObject({
  seed: wholeSchema,
  kinds: list(kindCountSchema),
  cleanUnits: wholeSchema,
  falseAlarms: wholeSchema,
  passed: v.boolean(),
  missed: list(v.string()),
});

export const settingsSchema: v.GenericSchema<StormSettings> = v.strictObject({
  target: v.string(),
  kind: v.picklist(['file', 'device']),
  areaBytes: wholeSchema,
  blockBytes: wholeSchema,
  unitBytes: list(wholeSchema),
  writers: wholeSchema,
  readers: wholeSchema,
  depth: wholeSchema,
  engine: v.picklist(['threads', 'io_uring']),
  overlapping: v.boolean(),
  atomic: v.boolean(),
  direct: v.boolean(),
  sync: v.picklist(['none', 'dsync', 'fsync']),
  writes: v.nullable(wholeSchema),
  seconds: v.nullable(v.number()),
  writesPerSecond: v.nullable(v.number()),
  seed: wholeSchema,
});

const latenciesSchema = v.pipe(v.array(wholeSchema), v.maxLength(latencyBuckets), v.readonly());

export const numbersSchema: v.GenericSchema<StormNumbers> = v.strictObject({
  begun: wholeSchema,
  acknowledged: wholeSchema,
  acknowledgedBytes: wholeSchema,
  failed: wholeSchema,
  reads: wholeSchema,
  tornWhileWritten: wholeSchema,
  wrongReads: wholeSchema,
  readErrors: wholeSchema,
  latencies: v.exactOptional(latenciesSchema),
});

const microseconds = v.nullable(v.pipe(v.number(), v.minValue(0)));
const seriesPointSchema: v.GenericSchema<SeriesPoint> = v.strictObject({
  from: secondsSchema,
  to: secondsSchema,
  writes: wholeSchema,
  bytes: wholeSchema,
  p50: microseconds,
  p90: microseconds,
  p99: microseconds,
  most: microseconds,
});

export const headEntries = {
  format: v.literal(1),
  run: runNumberSchema,
  settings: settingsSchema,
  sensitivity: sensitivitySchema,
  verdict: v.picklist(['untorn', 'faults', 'incomplete', 'void']),
  promises: list(v.string()),
  record: v.string(),
} as const;

export const stormResultSchema: v.GenericSchema<StormResult> = v.strictObject({
  ...headEntries,
  kind: v.literal('storm'),
  guest: v.exactOptional(v.string()),
  endedBy: v.picklist(['time', 'writes', 'interrupted', 'error']),
  error: v.nullable(v.string()),
  numbers: numbersSchema,
  series: v.exactOptional(v.pipe(v.array(seriesPointSchema), v.maxLength(1000), v.readonly())),
  seconds: secondsSchema,
  verification: v.nullable(verificationSchema),
  wrongReads: list(findingSchema),
  layout: v.exactOptional(layoutSchema),
});

export const roundSchema: v.GenericSchema<ShutdownRound> = v.strictObject({
  round: wholeSchema,
  seed: wholeSchema,
  flag: v.picklist([0, 1, 2]),
  afterMilliseconds: secondsSchema,
  acknowledged: wholeSchema,
  acknowledgedLate: wholeSchema,
  unfinished: wholeSchema,
  counts: countsSchema,
  findings: list(findingSchema),
  field: v.exactOptional(fieldSchema),
});

export const shutdownResultSchema: v.GenericSchema<ShutdownResult> = v.strictObject({
  ...headEntries,
  kind: v.literal('shutdown'),
  filesystem: v.picklist(['ext4', 'xfs']),
  asked: wholeSchema,
  rounds: list(roundSchema),
  interrupted: v.boolean(),
});
