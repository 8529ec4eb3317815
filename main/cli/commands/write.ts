import { writeOnce, type WriteAnswer } from '../../write/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';

export interface WriteFlags {
  readonly offset: number;
  readonly length: number;
  readonly atomic?: boolean;
  readonly direct?: boolean;
  readonly sync: 'none' | 'dsync' | 'sync';
  readonly vectors: number;
  readonly destroy?: string;
  readonly json?: boolean;
}

/** `untorn write PATH -o OFFSET -l LENGTH …`: one real write; its result is the answer, a refusal too. */
export async function writeCommand(path: string, flags: WriteFlags, console: Console): Promise<ExitCode> {
  const { offset, length, atomic = false, direct = false, sync, vectors, destroy } = flags;
  const answer = await writeOnce({
    path,
    offsetBytes: offset,
    lengthBytes: length,
    atomic,
    direct,
    sync,
    vectors,
    ...(destroy === undefined ? {} : { destroy }),
  });
  if (flags.json) console.printJson(answer);
  else console.print(inWords(answer));
  return exitCodes.done;
}

function inWords({ result, errno, why, remedy }: WriteAnswer): string {
  if (errno === undefined) return `${result} (bytes written)`;
  const help = remedy === undefined ? '' : `; what would help: ${remedy}`;
  return `${result} ${errno}${why === undefined ? '' : `: ${why}`}${help}`;
}
