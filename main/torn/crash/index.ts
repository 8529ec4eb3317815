/** Crash states by simulation: a plan is recorded on this kernel, its crash states are listed and checked. */
export {
  checkRecording,
  crashCheck,
  exploreCrash,
  exploreRecording,
  planOfRecording,
  type CrashOptions,
} from './crash.ts';
export type { Examined } from './examine.ts';
export { findProgram, whyNoFuseMount } from './recorder.ts';
export { MemoryLooker, readMounted } from './lookers.ts';
export { StateMounter } from './mounter.ts';
export { openRecording, type OpenRecording } from './read-recording.ts';
export { recordFilesystem, recordPlan } from './record.ts';
export type { Recording } from './recorded-disk.ts';
export { writeUnitsOn } from './write-units.ts';
export type { CrashFinding, CrashReport } from './report.ts';
