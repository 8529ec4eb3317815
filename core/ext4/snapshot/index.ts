/** Snapshots: what of a filesystem decides where new files go, without its data and names (docs/snapshot.md). */
export { decodeSnapshot, encodeSnapshot, SnapshotError } from './format.ts';
export { snapshotSource, type HiddenName, type Snapshot } from './snapshot.ts';
export { takeSnapshot } from './take.ts';
