import { NotModelled } from '../../core/errno.ts';
import { DamagedImage } from '../../core/ext4/index.ts';
import { MountRefused } from '../../core/vfs/index.ts';
import { UnreadableSource } from '../bytes/index.ts';
import { Failure, InputError, Unable } from '../failure.ts';

/**
 * What a user is told of an error that is not a defect: a damaged image and a mount that is refused are wrong input,
 * what is not modelled is beyond the mirror. Anything else comes back as it is.
 */
export function asFailure(error: unknown, sourceName: string): unknown {
  if (error instanceof Failure) return error;
  const options = { cause: error };
  if (error instanceof DamagedImage)
    return new InputError(`${sourceName}: ${error.message}`, sourceName, options);
  if (error instanceof UnreadableSource) return new InputError(error.message, sourceName, options);
  if (error instanceof MountRefused)
    return new InputError(`target.mountOptions: ${error.message}`, 'target.mountOptions', options);
  if (error instanceof NotModelled) return new Unable(error.message, null, options);
  return error;
}
