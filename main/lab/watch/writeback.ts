import type { Step } from '../../../core/experiment/plan.ts';
import { readKernelNumber } from '../kernel-files.ts';
import { traceWriteback } from './trace.ts';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

/**
 * Reports delayed data that another thread wrote back (the flusher under memory pressure, somebody's sync(2)): its
 * blocks were then allocated at another moment than the plan's own. Where tracing is not to be had this watch sees
 * nothing, and the coarser ones have to do.
 */
export function watchWriteback(subject: Subject, report: Report): Watch {
  const journalThread = readKernelNumber(`/sys/fs/ext4/${subject.device}/journal_task`);
  const ownThreads = [subject.ownThread, ...(journalThread === null ? [] : [journalThread])];
  const trace = traceWriteback(subject.traceName, subject.device, ownThreads);
  if (trace === null) return {};
  const look = (when: string): void => {
    const inodes = trace.drain();
    if (inodes.size > 0)
      report(`another thread wrote delayed data of inode ${[...inodes].join(', ')} ${when}`);
  };
  return {
    beforeStep: (step, index) => look(`before ${stepName(step, index)}`),
    afterStep: (step, index) => {
      if (isSync(step)) trace.drain();
      else look(`during ${stepName(step, index)}`);
    },
    afterSteps: () => look('after the last step'),
    close: () => trace.close(),
  };
}

/** Steps that ask the kernel to write what is left of everything. */
function isSync(step: Step): boolean {
  return step.op === 'sync' || step.op === 'remount' || (step.op === 'many' && step.how === 'buffered');
}
