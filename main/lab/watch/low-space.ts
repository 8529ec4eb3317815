import { statfsSync } from 'node:fs';
import type { Step } from '../../../core/experiment/plan.ts';
import { readKernelNumber, readKernelText } from '../kernel-files.ts';
import { until } from '../until.ts';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

const stillLooks = 5;

/**
 * When less than twice the delayed data is free, a buffered write wakes the flusher thread (fs/ext4/inode.c,
 * ext4_nonda_switch()), which then allocates beside the plan's own thread, in an order that differs from run to run.
 * Waits until it is done, so that later steps meet a quiet filesystem, and reports it.
 */
export function watchLowSpace(subject: Subject, report: Report): Watch {
  const delayedClusters = (): number =>
    readKernelNumber(`/sys/fs/ext4/${subject.device}/delayed_allocation_blocks`) ?? 0;
  // Without delayed allocation there is nothing that the flusher could be woken for.
  const delays = /^delalloc$/m.test(readKernelText(`/proc/fs/ext4/${subject.device}/options`) ?? '');
  if (!delays) return {};
  let writesBefore: number | null = null;
  return {
    beforeStep: (step) => {
      writesBefore = mayWakeFlusher(subject, step, delayedClusters()) ? deviceWrites(subject.device) : null;
    },
    afterStep: async (step, index) => {
      if (writesBefore === null) return;
      await untilStill(() => `${delayedClusters()} ${deviceWrites(subject.device)}`);
      if (deviceWrites(subject.device) === writesBefore) return;
      report(`at ${stepName(step, index)} space was so short that the kernel wrote delayed data by itself`);
    },
  };
}

function mayWakeFlusher(subject: Subject, step: Step, delayedClusters: number): boolean {
  if (step.op !== 'write' || step.direct || step.sync !== 'none') return false;
  const { bsize, bfree } = statfsSync(subject.mountPoint);
  const clusterBytes = bsize * subject.clusterBlocks;
  // statfs(2) has taken the delayed data off already.
  const free = Math.floor(bfree / subject.clusterBlocks) + delayedClusters;
  const delayedAfter = delayedClusters + Math.ceil(step.length / clusterBytes) + 1;
  return free < 2 * delayedAfter;
}

/** Writes that a block device has completed since boot (Documentation/block/stat.rst). */
function deviceWrites(device: string): number {
  const fields = readKernelText(`/sys/class/block/${device}/stat`)?.split(/\s+/) ?? [];
  return Number(fields[4] ?? 0);
}

async function untilStill(look: () => string): Promise<void> {
  let seen = look();
  let same = 0;
  const isStill = (): boolean => {
    const now = look();
    same = now === seen ? same + 1 : 0;
    seen = now;
    return same >= stillLooks;
  };
  await until(isStill, { everyMs: 2, patienceMs: 10_000 });
}
