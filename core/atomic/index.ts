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
  Ext4Facts,
  FileFacts,
  FilesystemFacts,
  Known,
  Window,
  XfsFacts,
} from './facts.ts';
export { type FileOpening, type Narrowing } from './filesystem.ts';
export { atomicOpening, judgeAtomicWrite, ruleOf, type AtomicVerdict } from './judge.ts';
export { isAtLeast, parseKernelRelease, type KernelVersion } from './kernel.ts';
export { rules, type Layer, type Obstacle, type Rule, type RuleId } from './rules.ts';
export { sizeInWords, windowInWords } from './words.ts';
export { whyMountRefuses, xfsLimits } from './xfs/limits.ts';
export { readXfsGeometry, type XfsGeometry } from './xfs/superblock.ts';
