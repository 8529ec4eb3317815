/** Real runs of plans: targets made ready, steps executed on the kernel, everything undone. */
export { Cleanup } from './cleanup.ts';
export { destroyableDevice, type DestroyableDevice } from './block/guard.ts';
export { planFolderName } from './directory-site.ts';
export { makeWorkFolder, type WorkFolder } from './folder.ts';
export { formatImage } from './format.ts';
export { copyImage } from './image-copy.ts';
export { attachImage } from './loop-image.ts';
export { mountingAsRoot } from './privileges/as-root.ts';
export { openWholePrivileges } from './privileges/open.ts';
export type { Mounting, ReadBytes, WholePrivileges } from './privileges/whole.ts';
export { explained } from './privilege.ts';
export { effectiveMountOptions, withoutPanic } from './options.ts';
export { interruptible, type Interruption } from './interrupt.ts';
export { findLeftovers, removeLeftovers, type Leftover } from './leftovers.ts';
export { readKernelNumber, readKernelText } from './kernel-files.ts';
export { prepareDrive, prepareTarget } from './prepare.ts';
export { isAlive, thisProcess, type ProcessIdentity } from './process.ts';
export { runForReal } from './run-for-real.ts';
export { until } from './until.ts';
export type {
  ExecuteOptions,
  Lab,
  LabMachine,
  Observation,
  PrepareOptions,
  Probes,
  RealRun,
} from './types.ts';
