import { Unable } from '../failure.ts';
import { isSystemCallError } from '../native/index.ts';

/** Throws Unable unless this process may mount and attach loop devices, as far as that can be told beforehand. */
export function requireRoot(): void {
  if (process.geteuid?.() !== 0) {
    throw new Unable('a real run mounts filesystems and attaches loop devices: it needs root (try sudo)');
  }
}

/** Turns the failure of a privileged call into one line for the user. */
export function explained(error: unknown, doing: string): unknown {
  if (!isSystemCallError(error)) return error;
  if (error.code === 'EPERM' || error.code === 'EACCES') {
    return new Unable(`${doing} is not permitted here (${error.code} from ${error.syscall})`, null, {
      cause: error,
    });
  }
  return new Unable(`${doing} fails: ${error.message}`, null, { cause: error });
}
