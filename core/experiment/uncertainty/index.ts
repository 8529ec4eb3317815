/**
 * Predictions from a filesystem that somebody else has mounted: what its memory may hold is tried out, and what does not
 * come out the same every time is marked as uncertain.
 */
export { explore, type Candidate, type Exploration, type Trial } from './explore.ts';
export { ChangedMeanwhile, freeSpaceOf, type FreeSpace, type HeldRange } from './held.ts';
export { allUncertain, mergeOutcomes, physicalRanges } from './merge.ts';
export type { Span } from './ranges.ts';
export { suspectsOf, type SmallProbe } from './suspects.ts';
