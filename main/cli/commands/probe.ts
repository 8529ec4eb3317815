import { probePath } from '../../probe/index.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import { passportLines } from '../report/passport.ts';

/** `untorn probe PATH [--json]` */
export async function probeCommand(
  path: string,
  flags: { readonly json?: boolean },
  console: Console,
): Promise<ExitCode> {
  const passport = await probePath(path);
  if (flags.json) console.printJson(passport);
  else for (const line of passportLines(passport, console.paint)) console.print(line);
  return exitCodes.done;
}
