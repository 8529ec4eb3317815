/**
 * The rules for RWF_ATOMIC, layer by layer: facts and a kernel version in; a window, or a verdict with errno, reason
 * and the kernel's own source, out.
 */
export {
  decodeNvmeController,
  decodeNvmeNamespace,
  type NvmeClaims,
  type NvmeControllerClaims,
  type NvmeNamespaceClaims,
} from './claims/nvme.ts';
export { decodeScsiBlockLimits, scsiPageBytes, type ScsiClaims } from './claims/scsi.ts';
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
  RangeMapping,
  Window,
  XfsFacts,
} from './facts.ts';
export type { FileOpening, Narrowing } from './filesystem/types.ts';
export { atomicOpening, judgeAtomicWrite, type AtomicVerdict, type Way } from './judge.ts';
export { isAtLeast, parseKernelRelease, type KernelVersion } from './kernel.ts';
export { driverWithoutLimits } from './limits/drivers.ts';
export { nvmeLimits } from './limits/nvme.ts';
export type {
  HardwareLimits,
  HardwareOutcome,
  LimitsOutcome,
  QueueOutcome,
  QueueShape,
} from './limits/outcome.ts';
export { queueLimits } from './limits/queue.ts';
export { scsiLimits, type ScsiDisk } from './limits/scsi.ts';
export { stackLimits, type StackFacts, type StackMember } from './limits/stack.ts';
export { answerAtomicQuestion, type AtomicAnswer } from './question.ts';
export { judgeRfcDeviceWrite, judgeRfcWrite, rfcStatx, type RfcFacts, type RfcVerdict } from './rfc/judge.ts';
export { rfcRules, type RfcRuleId } from './rfc/rules.ts';
export { ruleOf, rules, type Obstacle, type Reason, type RuleId } from './rules.ts';
export type { Effect, Layer, Rule } from './rules/types.ts';
export { unitShare, type ByteExtent, type UnitFault, type UnitShare } from './units.ts';
export { sizeInWords, windowInWords } from './words.ts';
export { whyMountRefuses } from './xfs/limits.ts';
export { readXfsGeometry, type XfsGeometry } from './xfs/superblock.ts';
export { decodeToldGeometry } from './xfs/told-geometry.ts';
