/** Torn runs: storms of stamped writes, crashes, and the judgement of every unit afterwards (docs/torn.md). */
export { runShutdowns, type Beginning, type ShutdownOptions } from './shutdown.ts';
export { runStorm, type TornRunOptions } from './storm.ts';
export type { StormOptions } from './settings.ts';
export type { TargetRequest } from './target.ts';
export { verifyRecord, type RecordVerification } from './verify-record.ts';
