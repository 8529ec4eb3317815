import type { DeviceFacts } from '../../core/atomic/index.ts';
import type { Target } from '../../core/experiment/plan.ts';
import { hasLargeFolios, pageSizeBytes, possibleCpus, rotationalUnder } from '../machine/index.ts';
import type { GuestFacts } from '../sandbox/index.ts';
import type { Circumstances } from './job.ts';

/**
 * The circumstances of a target: what the plan says, and where it says nothing this machine's. `nearby` is the image,
 * the device, or the folder that the image will lie in: the disk under it lends its rotational flag. A guest's facts stand
 * for this machine's.
 */
export function circumstancesOf(target: Target, nearby: string, guest?: GuestFacts): Circumstances {
  return {
    mountOptions: 'mountOptions' in target ? target.mountOptions : '',
    possibleCpus: target.cpus ?? guest?.possibleCpus ?? possibleCpus(),
    rotational: target.rotational ?? rotationalUnder(nearby),
    threadId: target.tid,
    pageSizeBytes: guest?.pageSizeBytes ?? pageSizeBytes(),
    largeFolios: guest?.largeFolios ?? hasLargeFolios(),
  };
}

/** The loop device that a run attaches an image to: 512-byte sectors, and no atomic limits in any released kernel. */
export function loopDevice(sizeBytes: number): DeviceFacts {
  return {
    name: 'loop',
    sizeBytes,
    logicalBlockBytes: 512,
    atomic: { unitMinBytes: 0, unitMaxBytes: 0, maxBytes: 0, boundaryBytes: 0 },
    partitionStartBytes: null,
  };
}
