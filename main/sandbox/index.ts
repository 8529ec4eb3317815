/** Sandboxes: plans on another kernel, on a drive that is emulated, as an ordinary user. */
export { bootGuest, Guest, type BootOptions } from './host/boot.ts';
export type { NvmeServer } from './host/nvme-file.ts';
export { usualPatience, type Patience } from './host/guest.ts';
export { chooseKernel, findKernel } from './kernel/choose.ts';
export { findEmulator, findKernels, kernelAt } from './kernel/find.ts';
export type { Emulator, SandboxKernel } from './kernel/types.ts';
export { expectedDrive } from './drive.ts';
export {
  driveWord,
  filesWord,
  hostInGuest,
  mountWord,
  type Command,
  type CommandEnd,
  type CommandLine,
  type DriveFacts,
  type GuestFacts,
} from './protocol.ts';
export {
  formatDrive,
  isSandboxLab,
  isSandboxPlan,
  prepareSandbox,
  type SandboxLab,
  type SandboxOptions,
  type SandboxPlan,
} from './lab.ts';
export { inSandbox, textInSandbox } from './convert.ts';
export { whyNoRuntime } from './host/runtime.ts';
export { installSandbox, type Installable, type InstallOptions } from './install/install.ts';
