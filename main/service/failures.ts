import { NotModelled } from '../../core/errno.ts';
import { PlanError } from '../../core/experiment/plan.ts';
import { RpcError } from '../../core/rpc/index.ts';
import { Cancelled, Failure } from '../failure.ts';

/** The error that the interface is told; a defect of Untorn comes back as it is. */
export function toRpcError(error: unknown): unknown {
  if (error instanceof PlanError) {
    return new RpcError(
      'input',
      error.message,
      error.issues.map(({ path, message }) => ({ place: path, message })),
    );
  }
  if (error instanceof Cancelled) return new RpcError('cancelled', 'cancelled');
  if (error instanceof NotModelled) return new RpcError('unable', error.message);
  if (!(error instanceof Failure)) return error;
  const issues = error.place === null ? [] : [{ place: error.place, message: error.message }];
  return new RpcError(error.exitCode === 2 ? 'input' : 'unable', error.message, issues);
}

/** Does the work; a failure becomes the error that the interface is told. */
export async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toRpcError(error);
  }
}
