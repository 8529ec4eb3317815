/** Stamps of units, and the verdict on what is found of them after a crash (docs/torn.md). */
export { classifyReadings, classifyUnit } from './classify.ts';
export { pictureLines, pictureOf, plainOrigin, type PictureRow, type PlainOrigin } from './explain.ts';
export {
  FieldWriter,
  narrowField,
  runsOfField,
  unitsOfCell,
  verdictOfLetter,
  type UnitField,
} from './field.ts';
export {
  latencyAt,
  latencyBucket,
  latencyBuckets,
  latencyFrom,
  latencyOf,
  type Latencies,
} from './latency.ts';
export {
  beginnings,
  shutdownRequestSchema,
  stormEntries,
  stormRequestSchema,
  type ShutdownRequest,
  type StormOptions,
  type StormRequest,
} from './options.ts';
export {
  armRequestSchema,
  rehearsalRequestSchema,
  verifyRequestSchema,
  type ArmRequest,
  type RehearsalRequest,
  type VerifyRequest,
} from './cut-options.ts';
export { StormSeries, type SeriesPoint, type StormSample } from './series.ts';
export { readBlock, readBlocks, type BlockReading, type DamagedRange } from './reading.ts';
export { fillUnit, isBlockSize, runDigits, type BlockStamp, type UnitStamp } from './stamp.ts';
export { isFault, verdicts } from './unit.ts';
export type { BlockNote, Expectation, Origin, UnitReport, Verdict, WriteRecord } from './unit.ts';
export { faultKinds, seedFault, type FaultKind, type FaultSubject, type SeededFault } from './faults.ts';
export { WriteHistory, type HistoryOptions } from './history.ts';
export {
  journalHeader,
  journalHeaderBytes,
  journalRecord,
  journalRecordBytes,
  readJournal,
  runOfJournal,
  type JournalRecord,
} from './journal.ts';
export { FaultRuns, type FaultRun, type StampedLayout } from './layout.ts';
export {
  rehearsalResult,
  type RehearsalResult,
  type RehearsalRound,
  type RehearsalSettings,
  type RehearsalVerdict,
} from './rehearsal.ts';
export { faultsIn, noVerdicts, verdictOf, verdictOnTried } from './result.ts';
export type {
  ArmedEnd,
  PowerCutResult,
  RecordVerification,
  Sensitivity,
  ShutdownResult,
  ShutdownRound,
  StormEnding,
  StormNumbers,
  StormResult,
  StormSettings,
  SyncMode,
  TornEvent,
  TornResult,
  TornVerdict,
  UnitFinding,
  Verification,
} from './result.ts';
export { promisesOf } from './promises.ts';
export { crashToJunit, rehearsalToJunit, tornToJunit } from './junit.ts';
