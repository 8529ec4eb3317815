/** Snapshots of free space as files (docs/snapshot.md). */
export { exportSnapshot, type SnapshotFacts } from './export.ts';
