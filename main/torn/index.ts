/** Torn runs: storms of stamped writes, crashes, and the judgement of every unit afterwards (docs/torn.md). */
export { runShutdowns, type ShutdownOptions } from './shutdown.ts';
export { runStorm, type TornRunOptions } from './storm.ts';
export { runStormInSandbox, type SandboxTarget } from './storm-in-sandbox.ts';
export type { TargetRequest } from './target.ts';
export { verifyRecord } from './verify-record.ts';
export { forgetVerified, verificationTitle, verifyByRequest } from './verify-request.ts';
export { rehearse, type RehearsalOptions } from './rehearsal/rehearse.ts';
export { armedNotes, forgetArmed, type ArmedNote } from './witness/armed-notes.ts';
export { armByRequest } from './witness/armed-run.ts';
export { witnessAddress } from './witness/client.ts';
export { readKey } from './witness/key.ts';
export { readWitnessLog } from './witness/log.ts';
export { startWitness, type Witness } from './witness/server.ts';
