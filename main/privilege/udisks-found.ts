import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findKeeper, findOnPath } from './find.ts';

/** What is needed to work through UDisks2. */
export interface UdisksFound {
  /** udisksctl(1), UDisks2's own client. */
  readonly client: string;
  /** native/helper/keeper. */
  readonly keeper: string;
}

export const systemBus = '/run/dbus/system_bus_socket';

/** What a lab does with UDisks2. A user may delete the loop devices, and unmount the filesystems, that he made himself. */
const actions = ['org.freedesktop.udisks2.loop-setup', 'org.freedesktop.udisks2.filesystem-mount'];

let answer: { readonly found: UdisksFound | null; readonly atMs: number } | null = null;
const answerLastsMs = 60_000;

/**
 * UDisks2, where it answers on the system bus, and polkit lets this process set up and mount images without asking anybody (as in the
 * active session of a desktop); else null. The answer stands for a while: views ask often.
 */
export function findUdisks(): UdisksFound | null {
  const now = performance.now();
  if (answer === null || now - answer.atMs >= answerLastsMs) answer = { found: look(), atMs: now };
  return answer.found;
}

function look(): UdisksFound | null {
  const busAddress = process.env['DBUS_SYSTEM_BUS_ADDRESS'];
  if (busAddress === undefined && !existsSync(systemBus)) return null;
  const [client, asker, keeper] = [findOnPath('udisksctl'), findOnPath('pkcheck'), findKeeper()];
  if (client === null || asker === null || keeper === null) return null;
  // pkcheck(1) asks nobody: it ends with 2 where polkit would have to.
  const mayAll = actions.every((action) =>
    succeeds(asker, '--action-id', action, '--process', String(process.pid)),
  );
  return mayAll && succeeds(client, 'status') ? { client, keeper } : null;
}

function succeeds(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 2000 }).status === 0;
}
