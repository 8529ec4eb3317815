/**
 * The rules for RWF_ATOMIC, layer by layer: facts and a kernel version in; a window, or a verdict with errno, reason
 * and the kernel's own source, out.
 */
export { deviceOpening, type Opening } from './device.ts';
export type {
  AtomicFacts,
  AtomicQueueLimits,
  AtomicWriteRequest,
  DeviceFacts,
  FileFacts,
  FilesystemFacts,
  Known,
  Window,
} from './facts.ts';
export type { FileOpening } from './filesystem.ts';
export { atomicOpening, judgeAtomicWrite, ruleOf } from './judge.ts';
export { isAtLeast, parseKernelRelease, type KernelVersion } from './kernel.ts';
export type { RuleId } from './rules.ts';
export { sizeInWords, windowInWords } from './words.ts';
export { whyMountRefuses } from './xfs/limits.ts';
export { readXfsGeometry, type XfsGeometry } from './xfs/superblock.ts';
