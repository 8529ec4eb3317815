import type { Step } from '../../../core/experiment/plan.ts';
import { readKernelNumber } from '../kernel-files.ts';
import { traceOthers } from './trace.ts';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

/**
 * Reports what kernel threads do to the filesystem by themselves, where tracing is to be had; else the coarser watches
 * have to do.
 * - Delayed data that another thread wrote back (the flusher under memory pressure, somebody's sync(2)): its blocks
 *   were then taken at another moment than the plan's own.
 * - As a doubt: data that was on the disk, and converted from unwritten, while the plan's thread was still placing the
 *   rest of it. Extents that are converted merge, so that a tree may get by without a block that it would need otherwise.
 * - As another: blocks of extent trees that the thread which ends writeback freed on another CPU. The number of free clusters is
 *   kept per CPU, and where a directory below the root goes is decided by a sum that leaves small parts out
 *   (fs/ext4/ialloc.c, find_group_orlov()).
 */
export async function watchOthersWork(subject: Subject, report: Report, doubt: Report): Promise<Watch> {
  const journalThread = readKernelNumber(`/sys/fs/ext4/${subject.device}/journal_task`);
  const { privileges, deviceNumber, ownThread } = subject;
  const trace = await traceOthers(privileges, deviceNumber, ownThread, journalThread);
  if (trace === null) return {};
  let countedElsewhere = false;
  const drain = async (when: string): Promise<readonly number[]> => {
    const work = await trace.drain();
    countedElsewhere ||= work.countedElsewhere;
    for (const inode of work.racedInodes) {
      doubt(
        `${when} data of inode ${inode} was on the disk before the rest of it had its place, and its extents merged early`,
      );
    }
    return [...work.writtenInodes];
  };
  const look = async (when: string): Promise<void> => {
    const inodes = await drain(when);
    if (inodes.length > 0) report(`another thread wrote delayed data of inode ${inodes.join(', ')} ${when}`);
  };
  return {
    beforeStep: async (step, index) => {
      await look(`before ${stepName(step, index)}`);
      if (countedElsewhere && step.op === 'mkdir' && !step.file.includes('/')) {
        doubt(
          `before ${stepName(step, index)} a kernel thread counted blocks on another CPU; the directory's place may depend on it`,
        );
      }
    },
    afterStep: async (step, index) => {
      const when = `during ${stepName(step, index)}`;
      if (isSync(step)) await drain(when);
      else await look(when);
    },
    afterSteps: () => look('after the last step'),
    finish: async () => {
      await look('while layouts were read');
      const lost = await trace.lost();
      if (lost > 0)
        doubt(`${lost} events of what others did found no room in the trace: what they were is not known`);
    },
    close: () => trace.close(),
  };
}

/** Steps that ask the kernel to write what is left of everything. */
function isSync(step: Step): boolean {
  return step.op === 'sync' || step.op === 'remount' || (step.op === 'many' && step.how === 'buffered');
}
