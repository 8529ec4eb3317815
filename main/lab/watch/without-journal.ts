import { setTimeout as sleep } from 'node:timers/promises';
import { type Report, type Watch } from './watch.ts';

/** The kernel's own seconds begin up to a timer tick (10 ms at most) later than ours. */
const tickMs = 15;
/** A second that has just begun is as good as the next one. */
const freshMs = 60;

/**
 * Without a journal ext4 gives the number of a freed inode out again within the second of the wall clock in which it
 * was freed, and for a minute no more after that (fs/ext4/ialloc.c, recently_deleted()). A plan is therefore begun at
 * the beginning of a second, and reported when it does not end in the same one.
 */
export async function watchTimeWithoutJournal(report: Report): Promise<Watch> {
  const intoSecondMs = Date.now() % 1000;
  if (intoSecondMs < tickMs || intoSecondMs > freshMs) await sleep(1000 + tickMs - intoSecondMs);
  const beganMs = Date.now();
  let endedMs = beganMs;
  return {
    afterStep: () => {
      endedMs = Date.now();
    },
    finish: () => {
      if (Math.floor(endedMs / 1000) === Math.floor(beganMs / 1000)) return;
      const took = ((endedMs - beganMs) / 1000).toFixed(1);
      report(`the steps took ${took} s; without a journal they must be over within a second`);
    },
  };
}
