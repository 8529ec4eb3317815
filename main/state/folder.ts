import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Unable } from '../failure.ts';

/**
 * `untorn` in the user's folder of states (XDG base directory specification: "actions history", "current state of the
 * application").
 */
export function stateFolder(): string {
  return join(userFolder('XDG_STATE_HOME', '.local', 'state'), 'untorn');
}

/**
 * One of the user's base folders: the one that `variable` names, else `usual` in the home folder. A path that is not absolute is
 * ignored, as the XDG base directory specification says. Throws Unable where there is no home folder either.
 */
export function userFolder(variable: string, ...usual: readonly string[]): string {
  const named = process.env[variable] ?? '';
  return isAbsolute(named) ? named : join(home(variable), ...usual);
}

/** A user whom nobody knows by name, as in many containers, has none unless HOME names one. */
function home(variable: string): string {
  const named = process.env['HOME'] ?? '';
  if (isAbsolute(named)) return named;
  try {
    return homedir();
  } catch (error) {
    throw new Unable(`this user has no home folder: HOME or ${variable} names one`, 'HOME', { cause: error });
  }
}
