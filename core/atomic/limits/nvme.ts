import type { NvmeClaims } from '../claims/nvme.ts';
import { isAtLeast, type KernelVersion } from '../kernel.ts';
import { roundDownToPowerOfTwo } from '../powers.ts';
import type { Reason } from '../rules.ts';
import { sizeInWords } from '../words.ts';
import { none, type HardwareOutcome } from './outcome.ts';

/**
 * What the NVMe driver makes of a namespace's and its controller's claims (drivers/nvme/host/core.c,
 * nvme_configure_atomic_write(); before 6.17 nvme_update_disk_info() says the same).
 */
export function nvmeLimits(claims: NvmeClaims, kernel: KernelVersion): HardwareOutcome {
  const { namespace, logicalBlockBytes: block } = claims;
  if (namespace.boundaryOffset !== 0)
    return none(
      'nvme.boundary-offset',
      `its boundaries start ${namespace.boundaryOffset} blocks into the namespace`,
    );
  const counts = namespace.atomicsDefined && namespace.powerFailUnit !== 0;
  const unit = counts ? ownUnit(claims) : sharedUnit(claims, kernel);
  const boundaryBytes =
    counts && namespace.powerFailBoundary !== 0 ? (namespace.powerFailBoundary + 1) * block : 0;
  const maxBytes = unit.blocks * block;
  return {
    kind: 'limits',
    limits: {
      maxBytes,
      unitMinBytes: block,
      unitMaxBytes: roundDownToPowerOfTwo(maxBytes),
      boundaryBytes,
    },
    reasons: [
      unit.reason,
      ...(boundaryBytes === 0
        ? []
        : [{ rule: 'nvme.boundary', because: `no write may cross ${sizeInWords(boundaryBytes)}` } as const]),
    ],
  };
}

interface Unit {
  readonly blocks: number;
  readonly reason: Reason;
}

function ownUnit({ namespace, logicalBlockBytes: block }: NvmeClaims): Unit {
  const blocks = namespace.powerFailUnit + 1;
  const because = `NAWUPF is ${namespace.powerFailUnit}: ${sizeInWords(blocks * block)}`;
  return { blocks, reason: { rule: 'nvme.namespace-unit', because } };
}

function sharedUnit({ controller, logicalBlockBytes: block }: NvmeClaims, kernel: KernelVersion): Unit {
  const claimed = controller.powerFailUnit + 1;
  if (isAtLeast(kernel, 7, 0)) {
    const lost = claimed > 1 ? `; its AWUPF would be ${sizeInWords(claimed * block)}` : '';
    return {
      blocks: 1,
      reason: {
        rule: 'nvme.controller-unit-ignored',
        because: `the namespace claims no NAWUPF, so one logical block of ${sizeInWords(block)} counts${lost}`,
      },
    };
  }
  return {
    blocks: claimed,
    reason: {
      rule: 'nvme.controller-unit',
      because: `the namespace claims no NAWUPF, and AWUPF is ${controller.powerFailUnit}: ${sizeInWords(claimed * block)}`,
    },
  };
}
