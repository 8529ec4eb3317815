/** Torn runs: storms of stamped writes, crashes, and the judgement of every unit afterwards (docs/torn.md). */
export { runShutdowns, type ShutdownOptions } from './shutdown.ts';
export { runStorm, type TornRunOptions } from './storm.ts';
export { runStormInSandbox, type SandboxTarget } from './storm-in-sandbox.ts';
export type { TargetRequest } from './target.ts';
export { verifyRecord, type RecordVerification } from './verify-record.ts';
export { rehearse, type RehearsalOptions } from './rehearsal/rehearse.ts';
export { armTarget, verifyWithWitness, verifyWitnessed, type ArmedEnd } from './witness/arm.ts';
export { witnessAddress } from './witness/client.ts';
export { readKey } from './witness/key.ts';
export { readWitnessLog } from './witness/log.ts';
export { startWitness, type Witness } from './witness/server.ts';
