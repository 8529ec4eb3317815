import { readFileSync, readlinkSync } from 'node:fs';

/** A process, so that it is not taken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in clock ticks since boot (proc_pid_stat(5), field 22). */
  readonly startTicks: string;
  readonly bootId: string;
  /** In which its number means something (pid_namespaces(7)); missing where that was not written down. */
  readonly pidNamespace?: string | undefined;
}

export function thisProcess(): ProcessIdentity {
  const identity = { pid: process.pid, startTicks: startTicks(process.pid) ?? '', bootId: bootId() };
  const own = pidNamespace();
  return own === null ? identity : { ...identity, pidNamespace: own };
}

/**
 * Whether that very process still runs, as far as that can be told: containers may share a temp directory, and a process of
 * another pid namespace counts as alive as long as this machine has not been started anew.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const isElsewhere = identity.pidNamespace !== undefined && identity.pidNamespace !== pidNamespace();
  return isElsewhere || identity.startTicks === startTicks(identity.pid);
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in brackets and may hold blanks and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    return state === 'Z' || state === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
