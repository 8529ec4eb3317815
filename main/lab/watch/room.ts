import { statfsSync } from 'node:fs';
import path from 'node:path';
import { readKernelText } from '../kernel-files.ts';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

/** With less, the next request may find none. */
const leastBytes = 2 ** 20;

/**
 * Doubts a run whose image ran out of room where it lies: it is sparse, and writes to it then fail as they never do on a disk.
 */
export function watchRoom(subject: Subject, doubt: Report): Watch {
  const image = readKernelText(`/sys/block/${subject.device}/loop/backing_file`);
  if (image === null) return {};
  let isTold = false;
  const look = (when: string): void => {
    if (isTold || roomUnder(image) >= leastBytes) return;
    isTold = true;
    doubt(
      `${when} there was no room left in ${path.dirname(image)}, where the image lies (TMPDIR names another place)`,
    );
  };
  return {
    afterStep: (step, index) => look(`at ${stepName(step, index)}`),
    finish: () => look('after the last step'),
  };
}

function roomUnder(file: string): number {
  try {
    const { bavail, bsize } = statfsSync(file);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}
