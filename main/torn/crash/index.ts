/** Crash states by simulation: a plan is recorded on this kernel, its crash states are listed and checked. */
export { checkRecording, crashCheck, type CrashOptions } from './crash.ts';
export { examine, type ExamineOptions } from './examine.ts';
export { recordPlan, type Recording } from './record.ts';
export type { CrashFinding, CrashReport } from './report.ts';
