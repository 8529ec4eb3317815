/** Getting done what takes root: the privileged helper, and the ways to start it (docs/privilege.md). */
export { Helper, type HelperDevice, type HelperLoop, type ResourceId } from './helper.ts';
export { findWay, requireWay, startRemedy, type NoWay, type Way, type WayFound } from './ways.ts';
export { findHelper } from './find.ts';
export { filterText, type Comparison, type TraceEvent } from './trace-event.ts';
