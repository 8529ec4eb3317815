import { closeSync, constants, openSync, statSync } from 'node:fs';
import { judgeAtomicWrite, type AtomicVerdict } from '../../core/atomic/index.ts';
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
  /** Flags of the open(2) and of the pwritev2(2), as they went to the kernel. */
  readonly openFlags: number;
  readonly writeFlags: number;
  /** Bytes written, or -1. */
  readonly result: number;
  readonly errno?: string;
  readonly why?: string;
  readonly rule?: string;
  readonly remedy?: string;
  /** An atomic write that was accepted although nothing keeps it whole: why. */
  readonly notAtomic?: string;
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
  const flags = { openFlags: openFlagsOf(order), writeFlags: flagsOf(order) };
  try {
    const data = Buffer.alloc(lengthBytes, pattern);
    const result = await pwritev2(descriptor, data, offsetBytes, { vectors, flags: flags.writeFlags });
    return { result, ...flags, ...(await promise(order)) };
  } catch (error) {
    if (!isSystemCallError(error)) throw error;
    return { result: -1, errno: error.code, ...flags, ...(await explanation(order, error.code)) };
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

function openFlagsOf({ direct }: WriteOrder): number {
  return constants.O_RDWR | (direct ? constants.O_DIRECT : 0);
}

function open(order: WriteOrder): number {
  const { path, direct } = order;
  try {
    return openSync(path, openFlagsOf(order));
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
async function explanation(
  order: WriteOrder,
  errno: string,
): Promise<Pick<WriteAnswer, 'why' | 'rule' | 'remedy'>> {
  const verdict = await verdictOf(order);
  if (verdict?.kind !== 'refused' || verdict.errno !== errno) return {};
  const { because, rule, remedy } = verdict;
  return { why: because, rule, ...(remedy === null ? {} : { remedy }) };
}

/** What an accepted atomic write is worth, where it is worth nothing. */
async function promise(order: WriteOrder): Promise<Pick<WriteAnswer, 'notAtomic' | 'rule'>> {
  const verdict = await verdictOf(order);
  if (verdict?.kind !== 'allowed' || verdict.way !== 'not atomic') return {};
  return { notAtomic: verdict.because, rule: verdict.rule };
}

async function verdictOf(order: WriteOrder): Promise<AtomicVerdict | null> {
  if (!order.atomic) return null;
  const { offsetBytes, lengthBytes, vectors, direct } = order;
  return judgeAtomicWrite(await atomicFactsOf(order.path), { offsetBytes, lengthBytes, vectors, direct });
}
