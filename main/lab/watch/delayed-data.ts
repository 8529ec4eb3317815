import type { StepRecord } from '../../../core/experiment/outcome.ts';
import type { Step } from '../../../core/experiment/plan.ts';
import { readKernelNumber } from '../kernel-files.ts';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

/** vm.dirty_expire_centisecs, unless somebody changed it. */
const usualExpireMs = 30_000;

/** Reports delayed data that grew too old, or that somebody else wrote. */
export function watchDelayedData(subject: Subject, report: Report): Watch {
  const expireCentiseconds = readKernelNumber('/proc/sys/vm/dirty_expire_centisecs');
  // Data nearly as old may be written at any moment.
  const limitMs = (expireCentiseconds === null ? usualExpireMs : expireCentiseconds * 10) * 0.8;
  const delayedClusters = (): number =>
    readKernelNumber(`/sys/fs/ext4/${subject.device}/delayed_allocation_blocks`) ?? 0;
  const bufferedSince = new Map<string, number>();
  let known = delayedClusters();

  const checkAge = (when: string): void => {
    const oldest = Math.min(...bufferedSince.values());
    const ageMs = performance.now() - oldest;
    if (ageMs <= limitMs) return;
    report(
      `delayed data was ${(ageMs / 1000).toFixed(1)} s old ${when}: the kernel may have written it by itself`,
    );
    bufferedSince.clear();
  };
  const checkAmount = (when: string): void => {
    const now = delayedClusters();
    if (now < known) report(`delayed data was written ${when} though nothing asked for it`);
    known = now;
  };
  return {
    beforeStep: (step, index) => {
      checkAmount(`before ${stepName(step, index)}`);
      checkAge(`at ${stepName(step, index)}`);
    },
    afterStep: (step, index, record) => {
      checkAge(`at ${stepName(step, index)}`);
      if (!mayWriteDelayedData(step, bufferedSince)) checkAmount(`during ${stepName(step, index)}`);
      known = delayedClusters();
      note(step, record, bufferedSince);
    },
    afterSteps: () => {
      checkAmount('after the last step');
      checkAge('after the last step');
    },
  };
}

/** Whether the step's own calls write, or drop, delayed data: everybody's, or that of the file which they name. */
function mayWriteDelayedData(step: Step, bufferedSince: ReadonlyMap<string, number>): boolean {
  if (step.op === 'write' && !step.direct && step.sync === 'none') return false;
  if ('file' in step) return bufferedSince.has(step.file) || (step.op === 'write' && !step.direct);
  return step.op !== 'many' || step.how === 'buffered';
}

/** Keeps account of which files have had delayed data since when. */
function note(step: Step, record: StepRecord, bufferedSince: Map<string, number>): void {
  if (step.op === 'write' && !step.direct && record.result > 0) {
    if (!bufferedSince.has(step.file)) bufferedSince.set(step.file, performance.now());
  } else if (step.op === 'sync' || step.op === 'remount' || (step.op === 'many' && step.how === 'buffered')) {
    bufferedSince.clear();
  } else if (step.op === 'fsync' || step.op === 'layout' || step.op === 'unlink') {
    if (record.result === 0) bufferedSince.delete(step.file);
  }
}
