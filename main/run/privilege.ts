import { accessSync, constants } from 'node:fs';
import { findWay, type Way } from '../privilege/index.ts';

/** Whether real runs are possible here; where not, why, and what to do about it. */
export interface Privilege {
  readonly possible: boolean;
  readonly why: string;
  readonly remedy: string;
  /** By which way what takes root would be done: by this process, or by the helper that polkit or sudo starts; null: none. */
  readonly way?: Way | null;
}

const control = '/dev/loop-control';

/** Judges by what can be seen without trying: a way that `suits`, any where it is left out, and a door to loop devices. */
export function privilege(suits?: (way: Way) => boolean): Privilege {
  const found = findWay(undefined, suits);
  if (found.way === null) return { possible: false, ...found };
  try {
    // Others than root see that it is there; whether it opens, the helper finds out.
    accessSync(control, found.way === 'root' ? constants.R_OK | constants.W_OK : constants.F_OK);
  } catch {
    return {
      possible: false,
      why: `${control} cannot be opened`,
      remedy: 'modprobe loop, or leave the container',
      way: null,
    };
  }
  return { possible: true, why: '', remedy: '', way: found.way };
}
