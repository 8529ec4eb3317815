/** Getting done what takes root: the privileged helper, and the ways to start it (docs/privilege.md). */
export { Helper, type DeviceCall, type HelperDevice, type HelperLoop, type ResourceId } from './helper.ts';
export {
  doesEverything,
  findWay,
  requireWay,
  startRemedy,
  type NoWay,
  type Way,
  type WayFound,
} from './ways.ts';
export { Keeper } from './keeper.ts';
export { Udisks, UdisksRefusal } from './udisks.ts';
export { findUdisks, type UdisksFound } from './udisks-found.ts';
export { findHelper, findOnPath } from './find.ts';
export { filterText, type Comparison, type TraceEvent } from './trace-event.ts';
