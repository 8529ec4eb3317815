import {
  isAtLeast,
  nvmeLimits,
  parseKernelRelease,
  queueLimits,
  scsiLimits,
  scsiPageBytes,
  type AtomicQueueLimits,
  type NvmeClaims,
  type QueueShape,
  type ScsiClaims,
} from '../../core/atomic/index.ts';
import { assertExists } from '../../core/assert.ts';
import type { Drive } from '../../core/experiment/plan.ts';

const none: AtomicQueueLimits = { unitMinBytes: 0, unitMaxBytes: 0, maxBytes: 0, boundaryBytes: 0 };

/**
 * The limits that a guest of kernel `release` will show for a drive as the emulators make it: what the drive claims, put
 * to the rules of the drivers and of the block layer.
 */
export function expectedLimits(drive: Drive, release: string): AtomicQueueLimits {
  const kernel = assertExists(parseKernelRelease(release), `the version in ${release}`);
  if (drive.kind === 'loop' || !isAtLeast(kernel, 6, 11)) return none;
  const block = drive.logicalBlockSize;
  const disk = { logicalBlockBytes: block, physicalBlockBytes: block, protectionType2: false };
  const claimed =
    drive.kind === 'nvme' ? nvmeLimits(nvmeClaims(drive), kernel) : scsiLimits(scsiClaims(drive), disk);
  const hardware = claimed.kind === 'limits' ? claimed.limits : null;
  const outcome = queueLimits(hardware, shapeOf(drive), kernel);
  return outcome.kind === 'limits' ? outcome.limits : none;
}

/** As nvmeOptions() of drive.ts tells QEMU: the controller and its one namespace claim the same unit. */
function nvmeClaims({ logicalBlockSize: block, atomicMax, boundary = 0 }: Drive): NvmeClaims {
  const unit = atomicMax === 0 ? 0 : atomicMax / block - 1;
  const edge = boundary === 0 ? 0 : boundary / block - 1;
  return {
    namespace: {
      atomicsDefined: atomicMax !== 0,
      normalUnit: unit,
      powerFailUnit: unit,
      compareUnit: 0,
      normalBoundary: edge,
      boundaryOffset: 0,
      powerFailBoundary: edge,
    },
    controller: { powerFailUnit: unit },
    logicalBlockBytes: block,
  };
}

/** As scsiParameters() of drive.ts tells scsi_debug (drivers/scsi/scsi_debug.c, inquiry_vpd_b0()). */
function scsiClaims({ logicalBlockSize: block, atomicMax, alignment, granularity }: Drive): ScsiClaims {
  return {
    pageBytes: scsiPageBytes,
    maximumLength: atomicMax / block,
    alignment: (alignment ?? block) / block,
    granularity: (granularity ?? block) / block,
    maximumLengthWithBoundary: 0,
    maximumBoundary: 0,
  };
}

/**
 * QEMU's NVMe moves 2^7 pages at once (MDTS) and the driver splits at 127 segments; of scsi_debug's, the SCSI midlayer
 * moves 1024 sectors in 128 segments.
 */
function shapeOf({ kind, logicalBlockSize }: Drive): QueueShape {
  return {
    logicalBlockBytes: logicalBlockSize,
    maxTransferBytes: 512 * 1024,
    maxSegments: kind === 'nvme' ? 127 : 128,
    chunkBytes: 0,
    minimumIoBytes: logicalBlockSize,
    pageBytes: 4096,
  };
}
