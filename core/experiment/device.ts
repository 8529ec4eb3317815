import { judgeAtomicWrite, type DeviceFacts, type KernelVersion } from '../atomic/index.ts';
import { NotModelled, Refused } from '../errno.ts';
import type { StepRecord } from './outcome.ts';
import type { Step, StepOf } from './plan.ts';

/**
 * What every step of a plan on a bare block device answers: its file is `device`, its steps are write, fsync and close
 * (block/fops.c, blkdev_write_iter()). There are no layouts.
 */
export function predictOnDevice(
  steps: readonly Step[],
  kernel: KernelVersion,
  device: DeviceFacts,
): StepRecord[] {
  return steps.map((step) => {
    try {
      return { op: step.op, result: step.op === 'write' ? write(step, kernel, device) : 0 };
    } catch (error) {
      if (error instanceof Refused) return { op: step.op, result: -1, errno: error.errno };
      throw error;
    }
  });
}

function write(step: StepOf<'write'>, kernel: KernelVersion, device: DeviceFacts): number {
  const { offset, length, vectors, direct } = step;
  const { sizeBytes, logicalBlockBytes } = device;
  if (sizeBytes === 'unknown' || logicalBlockBytes === 'unknown')
    throw new NotModelled(`the size and the logical block of ${device.name} are not known`);
  if (length === 0) return 0;
  if (step.atomic) requireAtomic(step, kernel, device);
  if (offset >= sizeBytes) throw new Refused('ENOSPC', 'the write begins behind the end of the device');
  const inside = Math.min(length, sizeBytes - offset);
  const parts = inside === length ? length / vectors : inside;
  if (direct && (offset % logicalBlockBytes !== 0 || parts % logicalBlockBytes !== 0))
    throw new Refused('EINVAL', 'direct I/O comes in whole logical blocks');
  return inside;
}

function requireAtomic(step: StepOf<'write'>, kernel: KernelVersion, device: DeviceFacts): void {
  const { offset, length, vectors, direct } = step;
  const request = { offsetBytes: offset, lengthBytes: length, vectors, direct };
  const verdict = judgeAtomicWrite({ kernel, file: { kind: 'block' }, device }, request);
  if (verdict.kind === 'refused') throw new Refused(verdict.errno, verdict.because);
  if (verdict.kind === 'unknown') throw new NotModelled(`an atomic write hangs on ${verdict.missing}`);
}
