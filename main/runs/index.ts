/** Runs that are kept on this machine. */
export { keepRun, keepTornRun } from './keep.ts';
export { openRunStore, runsFolder, type NewRun, type RunStore } from './store.ts';
