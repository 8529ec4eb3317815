import type { Delivery } from '../protocol.ts';

/** A machine for a guest, ready to be started. */
export interface MachineCommand {
  /** Program and arguments; descriptor 3 is the stream between host and guest. */
  readonly command: readonly [string, ...string[]];
  /** The modules, as the guest finds them; `modules` names those that it loads first, in order. */
  readonly modules: readonly string[];
  /** scsi_debug, as the guest finds it; null where the kernel has none. */
  readonly scsiModule: string | null;
  /** Whether the guest sees the host's files. */
  readonly seesHost: boolean;
}

/** Modules that every guest loads, where they are no part of its kernel. */
export const wantedModules = ['crc32c_generic', 'ext4', 'xfs', 'loop', 'sd_mod'] as const;

/**
 * In front of a machine's program: it dies with the process that starts it, whatever that dies of (prctl(2),
 * PR_SET_PDEATHSIG), and leaves no core.
 */
export function tied(libraries: string | null, command: readonly string[]): [string, ...string[]] {
  const environment = libraries === null ? [] : ['env', `LD_LIBRARY_PATH=${libraries}`];
  return ['prlimit', '--core=0', 'setpriv', '--pdeathsig', 'KILL', ...environment, ...command];
}

/** Words for the kernel that make it end rather than go on damaged. */
export const strict = ['quiet', 'oops=panic'] as const;

export type { Delivery };
