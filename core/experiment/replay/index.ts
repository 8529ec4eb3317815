/** How the layouts of a plan came about, moment by moment. */
export { ReplayRecorder } from './record.ts';
export { layoutsAt, placedAt, type Replay } from './replay.ts';
