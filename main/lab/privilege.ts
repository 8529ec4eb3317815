import { Unable } from '../failure.ts';
import { isSystemCallError } from '../native/index.ts';

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
