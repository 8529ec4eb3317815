import { InputError } from '../../failure.ts';
import { probePath, statxReport } from '../../probe/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { passportLines } from '../report/passport.ts';
import { statxLines } from '../report/statx.ts';

export interface ProbeFlags {
  readonly json?: boolean;
  readonly statx?: boolean;
  readonly offset?: number;
  readonly length?: number;
}

/** `untorn probe PATH [-o OFFSET -l LENGTH] [--statx] [--json]` */
export async function probeCommand(path: string, flags: ProbeFlags, console: Console): Promise<ExitCode> {
  if (flags.statx) {
    const report = await statxReport(path);
    if (flags.json) console.printJson(report);
    else for (const line of statxLines(report)) console.print(line);
    return exitCodes.done;
  }
  const passport = await probePath(path, questionOf(flags));
  if (flags.json) console.printJson(passport);
  else for (const line of passportLines(passport, console.paint)) console.print(line);
  return exitCodes.done;
}

function questionOf({ offset, length }: ProbeFlags) {
  if (offset === undefined && length === undefined) return null;
  if (length === undefined)
    throw new InputError(
      '--length: is missing; a question has a length and, if not 0, an offset',
      '--length',
    );
  return { offsetBytes: offset ?? 0, lengthBytes: length };
}
