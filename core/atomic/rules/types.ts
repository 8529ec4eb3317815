import type { ErrnoName } from '../../errno.ts';

/** Where in the way of a write a rule stands, from the system call down to the drive. */
export type Layer =
  | 'system call'
  | 'filesystem'
  | 'direct I/O'
  | 'block layer'
  | 'partition'
  | 'stacking'
  | 'driver'
  | 'NVMe'
  | 'SCSI';

/**
 * What a write meets that breaks the rule. `errno`: it is refused so. `closes`: the layer advertises nothing, so the
 * file or device above is not capable (and the write gets EOPNOTSUPP there). `narrows`: the window shrinks. `silent`:
 * the write is accepted, and is not atomic.
 */
export type Effect = ErrnoName | 'closes' | 'narrows' | 'silent';

/** One rule of RWF_ATOMIC: what it says, what breaking it gives, since when, and where the kernel or a standard says so. */
export interface Rule {
  readonly layer: Layer;
  readonly effect: Effect;
  readonly text: string;
  /** First kernel that has the rule, `6.18`; the rule holds from there on, or up to `until` (exclusive). */
  readonly since: string;
  readonly until?: string;
  readonly source: { readonly file: string; readonly function: string };
  /** The device's own standard, where the rule reads fields of it. */
  readonly standard?: string;
}
