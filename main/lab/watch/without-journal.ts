import { type Report, type Watch } from './watch.ts';

const longestMs = 1000;

/**
 * Without a journal ext4 does not reuse an inode that was freed moments ago (fs/ext4/ialloc.c, recently_deleted()), by
 * the wall clock: predictions hold for plans that are over within a second.
 */
export function watchTimeWithoutJournal(report: Report): Watch {
  let begun: number | null = null;
  let ended = 0;
  return {
    beforeStep: () => {
      begun ??= performance.now();
    },
    afterStep: () => {
      ended = performance.now();
    },
    finish: () => {
      const took = begun === null ? 0 : ended - begun;
      if (took > longestMs) {
        report(
          `the steps took ${(took / 1000).toFixed(1)} s; without a journal more than one second is too long`,
        );
      }
    },
  };
}
