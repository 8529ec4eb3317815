/**
 * Plans on XFS: what every step answers, by the rules of the system calls and of core/atomic. Where XFS puts the blocks
 * is not predicted; the extents of a prediction are null.
 */
export { predictOnXfs, type XfsMount } from './xfs/predict.ts';
export { xfsRootIsEmpty } from './xfs/root.ts';
