import { writeOnce, type WriteAnswer } from '../../write/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { printable } from '../table.ts';

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
  else for (const line of inWords(path, flags, answer)) console.print(line);
  return exitCodes.done;
}

/** What was asked of the kernel, then what it said. */
function inWords(path: string, { offset, length }: WriteFlags, answer: WriteAnswer): string[] {
  const { result, errno, why, remedy, notAtomic, openFlags, writeFlags } = answer;
  const asked = `${printable(path)}: length ${length}, offset ${offset}, open flags 0x${openFlags.toString(16)}, write flags 0x${writeFlags.toString(16)}`;
  if (errno === undefined)
    return [
      asked,
      `${result} (bytes written)`,
      ...(notAtomic === undefined ? [] : [`accepted, and NOT atomic: ${notAtomic}`]),
    ];
  const help = remedy === undefined ? '' : `; what would help: ${remedy}`;
  return [asked, `${result} ${errno}${why === undefined ? '' : `: ${why}`}${help}`];
}
