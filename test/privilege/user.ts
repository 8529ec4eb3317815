/** An ordinary user of the test's own choosing, whom sudo lets start the helper while the tests run. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findHelper } from '../../main/privilege/index.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';

/** Everybody has him, and he may do nothing. */
export const nobody = { name: 'nobody', uid: 65534, gid: 65534 } as const;

export const helper = findHelper() ?? '';

/** Why the tests cannot make such a user, or false. */
export function whyNoUser(): string | false {
  const reason = whyNotRoot() || whyNotProgram('sudo') || whyNotProgram('mkfs.ext4');
  if (reason) return reason;
  if (helper === '') return 'skipped: no helper (npm run build:native)';
  return existsSync('/etc/sudoers.d') ? false : 'skipped: sudo has no /etc/sudoers.d';
}

/** Lets the user start the helper, and nothing else; takes it back when it is called. */
export function allowHelper(): () => void {
  const file = `/etc/sudoers.d/untorn-test-${process.pid}`;
  writeFileSync(file, `${nobody.name} ALL=(root) NOPASSWD: ${helper}\n`, { mode: 0o440 });
  return () => rmSync(file, { force: true });
}

/** Starts the helper as the user would. */
export const startAsUser = ['sudo', '-n', '-u', nobody.name, '--', 'sudo', '-n', '--', helper] as const;
