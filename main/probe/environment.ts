import { closeSync, constants, openSync } from 'node:fs';
import type { ByteExtent, KernelVersion } from '../../core/atomic/index.ts';
import {
  extentFlags,
  fiemap,
  fileFlags,
  nvmeIdentify,
  scsiVitalPage,
  xfsGeometry,
  type FileFlags,
} from '../native/index.ts';
import type { StatxFacts } from './passport.ts';
import { askStatx } from './statx.ts';

/** Where the probe looks and whom it asks; tests put recorded trees and answers here. Each question may throw. */
export interface ProbeEnvironment {
  readonly sysfs?: string;
  readonly procfs?: string;
  readonly mountinfo?: string;
  /** The running kernel where it is left out. */
  readonly kernel?: KernelVersion;
  readonly statx: (path: string) => Promise<StatxFacts>;
  readonly fileFlags?: (path: string) => Promise<Pick<FileFlags, 'flags' | 'extendedFlags'>>;
  readonly xfsGeometry?: (path: string) => Promise<Uint8Array>;
  /** Extents that have their place on the device; delayed data have none. */
  readonly extents?: (path: string) => Promise<readonly ByteExtent[]>;
  readonly nvmeIdentify?: (path: string, nsid: number, cns: 0 | 1) => Promise<Uint8Array>;
  readonly scsiVitalPage?: (path: string, page: number) => Promise<Uint8Array>;
}

/** This machine. */
export const here: ProbeEnvironment = {
  statx: askStatx,
  fileFlags,
  xfsGeometry,
  extents: readExtents,
  nvmeIdentify,
  scsiVitalPage,
};

async function readExtents(path: string): Promise<ByteExtent[]> {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { logicalBytes, physicalBytes, lengthBytes, flags } = await fiemap(descriptor);
    const list: ByteExtent[] = [];
    flags.forEach((bits, index) => {
      if ((bits & (extentFlags.unknown | extentFlags.delayedAllocation | extentFlags.inline)) !== 0) return;
      list.push({
        logicalBytes: Number(logicalBytes[index]),
        physicalBytes: Number(physicalBytes[index]),
        lengthBytes: Number(lengthBytes[index]),
        state: (bits & extentFlags.unwritten) === 0 ? 'written' : 'unwritten',
      });
    });
    return list;
  } finally {
    closeSync(descriptor);
  }
}
