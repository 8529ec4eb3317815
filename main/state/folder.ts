import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * `untorn` in the user's folder of states (XDG base directory specification: "actions history", "current state of the
 * application"). A path there that is not absolute is ignored, as the specification says.
 */
export function stateFolder(): string {
  const base = process.env['XDG_STATE_HOME'] ?? '';
  return join(isAbsolute(base) ? base : join(homedir(), '.local', 'state'), 'untorn');
}
