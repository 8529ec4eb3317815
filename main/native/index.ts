/** The machine's system calls, typed: the only door to the compiled addon. */
export {
  attachLoop,
  blockDeviceFacts,
  canClaimBlockDevice,
  cpuAffinity,
  detachLoop,
  fallocate,
  fiemap,
  freeRanges,
  isSystemCallError,
  mount,
  preadv2,
  pwritev2,
  statx,
  syncfs,
  unmount,
  type LoopOptions,
  type TransferShape,
} from './calls.ts';
export { extentFlags, fallocateFlags, mountFlags, unmountFlags, writeFlags } from './constants.ts';
export { Executor, ForeignWatch, isLayout, type ExecutorStep, type StepLayout } from './executor.ts';
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
