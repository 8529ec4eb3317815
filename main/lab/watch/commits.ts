import { statfsSync } from 'node:fs';
import { assert } from '../../../core/assert.ts';
import type { StepRecord } from '../../../core/experiment/outcome.ts';
import type { Step } from '../../../core/experiment/plan.ts';
import { readBuddies } from '../buddies.ts';
import type { JournalCounts, JournalView } from '../journal.ts';
import { readKernelNumber, readKernelText } from '../kernel-files.ts';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

/**
 * Reports journal commits that nobody asked for. Blocks that were freed come back at a commit, so one at the wrong
 * moment gives the allocator room that the prediction does not know of. Not every commit of the kernel's own is one:
 * - A transaction that has grown large is committed for its size. That changes nothing while nothing freed is waiting;
 *   otherwise it counts from the next step that allocates, unless a commit that was asked for comes first.
 * - A call that finds no free block commits and tries again (ext4_should_retry_alloc()).
 */
export function watchCommits(subject: Subject, journal: JournalView, report: Report, doubt: Report): Watch {
  const journalsData = /^data=journal$/m.test(
    readKernelText(`/proc/fs/ext4/${subject.device}/options`) ?? '',
  );
  let known = journal.counts();
  if (known === null) return {};
  let freedIsWaiting = false;
  let earlyCommit: string | null = null;
  let isNearlyFull = false;

  /** Takes the counts of now; says what has been committed since. */
  const committed = (): { commits: number; byOwnSize: boolean } => {
    const now = journal.counts();
    assert(known !== null && now !== null, 'a journal that was counted once can be counted again');
    const since = { commits: now.commits - known.commits, byOwnSize: isForSize(known, now) };
    known = now;
    return since;
  };

  const between = (when: string): void => {
    if (committed().commits > 0) report(`the journal committed ${when} though nothing asked for it`);
  };

  return {
    beforeStep: async (step, index) => {
      between(`before ${stepName(step, index)}`);
      if (earlyCommit !== null && allocates(step)) {
        report(earlyCommit);
        earlyCommit = null;
      }
      isNearlyFull = allocates(step) && (await cannotGive(subject, neededBytes(step), freedIsWaiting));
    },
    afterStep: (step, index, record) => {
      const { commits, byOwnSize } = committed();
      const asked = asksForCommit(step) || (journalsData && 'file' in step);
      const reason = `the journal committed during ${stepName(step, index)} though nothing asked for it`;
      // Journalled data makes transactions so large that one is over before the commit that was asked for. The mirror
      // knows of it; how soon within the step the freed blocks come back is up to the scheduler.
      if (commits > 0 && asked && byOwnSize && journalsData && (freedIsWaiting || frees(step, record)))
        doubt(reason);
      const ranOut = record.errno === 'ENOSPC';
      if (commits > 0 && !asked && !isNearlyFull && !ranOut) {
        if (!byOwnSize) report(reason);
        else if (freedIsWaiting || frees(step, record)) earlyCommit ??= reason;
        if (step.op === 'many' && freedIsWaiting && byOwnSize) report(reason);
      }
      if (commits > 0 && asked) {
        freedIsWaiting = false;
        earlyCommit = null;
      }
      if (frees(step, record)) freedIsWaiting = true;
    },
    afterSteps: () => between('after the last step'),
    finish: () => {
      if (!journalsData) between('while layouts were read');
    },
  };
}

/** Whether the transactions between two looks were as large as those that are committed for their size. */
function isForSize(before: JournalCounts, after: JournalCounts): boolean {
  const blocks = after.blocks - before.blocks + after.commits;
  const commits = after.commits - before.commits;
  return commits > 0 && (blocks / commits) * 3 >= after.transactionLimitBlocks;
}

function asksForCommit(step: Step): boolean {
  switch (step.op) {
    case 'fsync':
    case 'sync':
    case 'remount':
      return true;
    case 'write':
      return step.sync !== 'none';
    case 'many':
      return step.how === 'buffered';
    default:
      return false;
  }
}

/** Steps that can free blocks of files; a write that ran out of space gives back what it had got so far. */
function frees(step: Step, record: StepRecord): boolean {
  if (step.op === 'write') return record.result < step.length;
  if (step.op === 'fallocate') return step.mode.some((mode) => mode !== 'keep-size');
  return step.op === 'unlink' || step.op === 'unlink-every' || step.op === 'truncate';
}

/** Steps that can take blocks, also only for a directory or an extent tree. */
function allocates(step: Step): boolean {
  return !['unlink', 'unlink-every', 'close', 'open', 'sync', 'remount', 'fsync'].includes(step.op);
}

function neededBytes(step: Step): number {
  switch (step.op) {
    case 'write':
    case 'fallocate':
      return step.length;
    case 'many':
      return step.length * step.count;
    default:
      return 0;
  }
}

const metadataMarginBlocks = 64;

/** Whether so little is free that a call for `bytes` may find nothing, and the kernel commits to get freed blocks back. */
async function cannotGive(subject: Subject, bytes: number, freedIsWaiting: boolean): Promise<boolean> {
  const { bsize, bfree } = statfsSync(subject.mountPoint);
  const needed = bytes / bsize;
  // Kept back for extent trees (ext4_calculate_resv_clusters()).
  const reserved = readKernelNumber(`/sys/fs/ext4/${subject.device}/reserved_clusters`) ?? 0;
  const wanted = needed + needed / 16 + reserved * subject.clusterBlocks + metadataMarginBlocks;
  if (bfree < wanted) return true;
  // Blocks that wait for a commit count as free in statfs(2), but no buddy has them.
  if (!freedIsWaiting || !subject.mayReadBuddies) return false;
  const clusters = (await readBuddies(subject.device)).reduce((sum, free) => sum + free, 0);
  return clusters * subject.clusterBlocks < wanted;
}
