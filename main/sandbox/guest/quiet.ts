import { writeFileSync } from 'node:fs';

/**
 * A guest is slow, and has little memory: its kernel would soon think that delayed data has waited long enough, or that there is
 * too much of it, and write it though the plan did not ask. In that order: the background limit must stay below the other.
 */
const settings = [
  ['dirty_writeback_centisecs', '0'],
  ['dirty_expire_centisecs', '8640000'],
  ['dirty_ratio', '95'],
  ['dirty_background_ratio', '90'],
] as const;

/** Keeps the guest's flusher threads asleep (Documentation/admin-guide/sysctl/vm.rst). */
export function quietFlusher(folder = '/proc/sys/vm'): void {
  for (const [name, value] of settings) writeFileSync(`${folder}/${name}`, value);
}
