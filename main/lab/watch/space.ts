import { statfsSync } from 'node:fs';
import { stepName, type Report, type Subject, type Watch } from './watch.ts';

/**
 * Reports when the number of free blocks or inodes changes between two steps. Only ext4 counts at once what a call
 * freed; XFS inactivates inodes in the background.
 */
export function watchSpace(subject: Subject, report: Report): Watch {
  const read = (): string => {
    const facts = statfsSync(subject.mountPoint, { bigint: true });
    return `${facts.bfree} free blocks, ${facts.ffree} free inodes`;
  };
  let known = read();
  const compare = (when: string): void => {
    const now = read();
    if (now !== known) report(`free space changed ${when}: from ${known} to ${now}`);
    known = now;
  };
  return {
    beforeStep: (step, index) => compare(`before ${stepName(step, index)}`),
    afterStep: () => {
      known = read();
    },
    afterSteps: () => compare('after the last step'),
  };
}
