import { closeSync, constants, openSync, statSync } from 'node:fs';
import { judgeAtomicWrite } from '../../core/atomic/index.ts';
import { InputError, Unable } from '../failure.ts';
import { destroyableDevice } from '../lab/index.ts';
import { isSystemCallError, pwritev2, writeFlags } from '../native/index.ts';
import { atomicFactsOf } from '../probe/index.ts';

/** One write on a file or device of the user's. */
export interface WriteOrder {
  readonly path: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly atomic: boolean;
  readonly direct: boolean;
  readonly sync: 'none' | 'dsync' | 'sync';
  readonly vectors: number;
  /** Serial number, WWN or path of a device that the caller agrees to write on. */
  readonly destroy?: string;
}

/** What the kernel answered; for a refusal also the rule that explains it, where one does. */
export interface WriteAnswer {
  /** Bytes written, or -1. */
  readonly result: number;
  readonly errno?: string;
  readonly why?: string;
  readonly remedy?: string;
}

const pattern = 'untorn write\n';
const longestBytes = 2 ** 30;

/**
 * Does one pwritev2(2) as ordered, on a file or device that is there already. Throws InputError and Unable before
 * anything is written; what the kernel says to the write itself is the answer.
 */
export async function writeOnce(order: WriteOrder): Promise<WriteAnswer> {
  const { offsetBytes, lengthBytes, vectors } = order;
  if (lengthBytes > longestBytes) throw new InputError('--length: must be at most 1GiB', '--length');
  if (lengthBytes % vectors !== 0)
    throw new InputError(`--vectors: ${vectors} does not divide the length`, '--vectors');
  await requireWritable(order);
  const descriptor = open(order);
  try {
    const data = Buffer.alloc(lengthBytes, pattern);
    const result = await pwritev2(descriptor, data, offsetBytes, { vectors, flags: flagsOf(order) });
    return { result };
  } catch (error) {
    if (!isSystemCallError(error)) throw error;
    return { result: -1, errno: error.code, ...(await explanation(order, error.code)) };
  } finally {
    closeSync(descriptor);
  }
}

async function requireWritable({ path, destroy }: WriteOrder): Promise<void> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new InputError(`${path}: no such file; write only writes on what is there`, path);
  if (stat.isBlockDevice()) return void (await destroyableDevice(path, destroy, '--destroy'));
  if (stat.isDirectory()) throw new InputError(`${path}: is a directory`, path);
  if (!stat.isFile()) throw new InputError(`${path}: is neither a file nor a block device`, path);
}

function open({ path, direct }: WriteOrder): number {
  try {
    return openSync(path, constants.O_RDWR | (direct ? constants.O_DIRECT : 0));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EINVAL' && direct)
      throw new Unable(`${path}: its filesystem has no direct I/O`, path, { cause: error });
    throw new InputError(`${path}: cannot be opened for writing (${code})`, path, { cause: error });
  }
}

function flagsOf({ atomic, sync }: WriteOrder): number {
  return (atomic ? writeFlags.atomic : 0) | (sync === 'none' ? 0 : writeFlags[sync]);
}

/** The rule behind a refused atomic write, where the rules lead to the very errno that the kernel gave. */
async function explanation(order: WriteOrder, errno: string): Promise<Pick<WriteAnswer, 'why' | 'remedy'>> {
  if (!order.atomic) return {};
  const { offsetBytes, lengthBytes, vectors, direct } = order;
  const facts = await atomicFactsOf(order.path);
  const verdict = judgeAtomicWrite(facts, { offsetBytes, lengthBytes, vectors, direct });
  if (verdict.kind !== 'refused' || verdict.errno !== errno) return {};
  return { why: verdict.because, ...(verdict.remedy === null ? {} : { remedy: verdict.remedy }) };
}
