/** The machine's system calls, typed: the only door to the compiled addon. */
export {
  attachLoop,
  blockDeviceFacts,
  canClaimBlockDevice,
  cpuAffinity,
  dataRanges,
  detachLoop,
  fallocate,
  fiemap,
  freeRanges,
  isSystemCallError,
  loadModule,
  mount,
  preadv2,
  pwritev2,
  shutdownFlags,
  shutDownFilesystem,
  statx,
  syncfs,
  unloadModule,
  unmount,
  type LoopOptions,
  type TransferShape,
} from './calls.ts';
export { extentFlags, fallocateFlags, mountFlags, unmountFlags, writeFlags } from './constants.ts';
export { Executor, ForeignWatch, isLayout, type ExecutorStep, type StepLayout } from './executor.ts';
export {
  fillUnitFast,
  readBlocksFast,
  stampEngines,
  wholeUnits,
  type StampEngine,
  type UnitGrid,
} from './stamps.ts';
export {
  NativeStorm,
  SlotJob,
  whyNoRing,
  type SlotArea,
  type SlotScan,
  type StormCounters,
  type StormEnd,
  type StormRequest,
  type WrongRead,
} from './storm.ts';
export type {
  BlockDeviceFacts,
  ByteExtents,
  ByteRanges,
  FileFacts,
  ForeignChange,
  LoopDevice,
  StepAnswer,
  SystemCallError,
} from './types.ts';
