import { accessSync, constants } from 'node:fs';

/** Whether real runs are possible here; where not, why, and what to do about it. */
export interface Privilege {
  readonly possible: boolean;
  readonly why: string;
  readonly remedy: string;
}

const control = '/dev/loop-control';

/** Judges by what can be seen without trying: root, and a door to loop devices. */
export function privilege(): Privilege {
  if (process.geteuid?.() !== 0) {
    const why = 'a real run mounts filesystems and attaches loop devices, which takes root';
    return { possible: false, why, remedy: 'start it with sudo' };
  }
  try {
    accessSync(control, constants.R_OK | constants.W_OK);
  } catch {
    return {
      possible: false,
      why: `${control} cannot be opened`,
      remedy: 'modprobe loop, or leave the container',
    };
  }
  return { possible: true, why: '', remedy: '' };
}
