import { existsSync, readdirSync, writeFileSync } from 'node:fs';

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

/**
 * Keeps the guest's flusher threads asleep (Documentation/admin-guide/sysctl/vm.rst). A disk that has written nothing yet may hold only a
 * hundredth of the limit before it is written to; `min_ratio` lets NVMe have nearly all of it
 * (Documentation/ABI/testing/sysfs-class-bdi; all disks together must stay below 100).
 */
export function quietFlusher(sysctls = '/proc/sys/vm', disks = '/sys/block'): void {
  for (const [name, value] of settings) writeFileSync(`${sysctls}/${name}`, value);
  const ratios = readdirSync(disks)
    .filter((name) => name.startsWith('nvme'))
    .map((name) => `${disks}/${name}/bdi/min_ratio`)
    .filter((file) => existsSync(file));
  for (const file of ratios) writeFileSync(file, String(Math.floor(99 / ratios.length)));
}
