/** Real runs of plans: targets made ready, steps executed on the kernel, everything undone. */
export { destroyableDevice, type DestroyableDevice } from './block/guard.ts';
export { planFolderName } from './directory-site.ts';
export { makeWorkFolder, type WorkFolder } from './folder.ts';
export { formatImage } from './format.ts';
export { effectiveMountOptions } from './options.ts';
export { interruptible, type Interruption } from './interrupt.ts';
export { findLeftovers, removeLeftovers, type Leftover } from './leftovers.ts';
export { readKernelNumber, readKernelText } from './kernel-files.ts';
export { prepareTarget } from './prepare.ts';
export { runForReal } from './run-for-real.ts';
export type {
  ExecuteOptions,
  Lab,
  LabMachine,
  Observation,
  PrepareOptions,
  Probes,
  RealRun,
} from './types.ts';
