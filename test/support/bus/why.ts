import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { whyNotProgram, whyNotRoot } from '../machine.ts';

/** Where distributions put what nobody calls by hand. */
const daemons = {
  polkitd: ['/usr/lib/polkit-1/polkitd', '/usr/libexec/polkitd'],
  udisksd: ['/usr/libexec/udisks2/udisksd', '/usr/lib/udisks2/udisksd'],
  udevd: ['/usr/lib/systemd/systemd-udevd', '/lib/systemd/systemd-udevd', '/usr/bin/udevadm'],
} as const;

export type DaemonName = keyof typeof daemons;

export function daemonPath(name: DaemonName): string | null {
  return daemons[name].find((file) => existsSync(file)) ?? null;
}

/** Why no bus of the tests' own can run with these daemons, or false. */
export function whyNoBus(...needed: readonly DaemonName[]): string | false {
  const programs = ['unshare', 'nsenter', 'setpriv', 'dbus-daemon', 'pkcheck'];
  if (needed.includes('udisksd')) programs.push('udisksctl', 'udevadm');
  const reason = whyNotRoot() || programs.map(whyNotProgram).find((why) => why !== false);
  if (reason) return reason;
  const missing = needed.find((name) => daemonPath(name) === null);
  if (missing !== undefined) return `skipped: no ${missing}`;
  const { status } = spawnSync('unshare', ['--mount', '--net', 'true'], { stdio: 'ignore' });
  return status === 0 ? false : 'skipped: namespaces of one’s own are not to be had';
}
