/** How the layouts of a plan came about, moment by moment. */
export { ReplayRecorder } from './record.ts';
export { placedAt, ReplayPlayer, type LayoutThen, type Replay } from './replay.ts';
