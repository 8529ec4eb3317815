#!/usr/bin/env node
import os from 'node:os';
import { Cancelled } from '../failure.ts';
import { interruptible, type Interruption } from '../lab/startup.ts';
import { projectVersion } from '../project.ts';
import { understand } from './command-line.ts';
import { processConsole, type Console } from './console.ts';
import { endingOf, exitCodes } from './exit.ts';
import { reportLeftovers } from './leftovers.ts';

/** Runs the command line; returns the exit code. */
async function main(args: readonly string[], console: Console, interruption: Interruption): Promise<number> {
  const understood = understand(args, projectVersion());
  if (!understood) return exitCodes.done;
  // The signal that came says the code then.
  if (understood.looksForLeftovers && !(await reportLeftovers(console, interruption.signal)))
    return exitCodes.unable;
  return understood.act(console, interruption.signal);
}

/** 128 and the number of the signal that came, as a shell reports it; null where none came. */
function signalCode(interruption: Interruption): number | null {
  const signal = interruption.received();
  return signal === null ? null : 128 + os.constants.signals[signal];
}

const console = processConsole();
const interruption = interruptible();
// A reader that goes away (untorn … | head) is no defect: the command still ends with its own code.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

function tell(error: unknown, line: string): void {
  console.say(line);
  if (process.env['UNTORN_DEBUG'] === '1')
    console.say(error instanceof Error ? (error.stack ?? '') : String(error));
}

let isDefect = false;
// What nobody catches is a defect. Node would end with code 1, which says that something differs, and without cleaning up.
process.on('uncaughtException', (error) => {
  console.endProgress();
  if (!isDefect) tell(error, endingOf(error).line);
  isDefect = true;
  process.exitCode = exitCodes.unable;
  interruption.interrupt();
});

try {
  const code = await main(process.argv.slice(2), console, interruption);
  process.exitCode = signalCode(interruption) ?? (isDefect ? exitCodes.unable : code);
} catch (error) {
  console.endProgress();
  const { code, line } = endingOf(error);
  process.exitCode = signalCode(interruption) ?? (isDefect ? exitCodes.unable : code);
  if (!(isDefect && error instanceof Cancelled))
    tell(
      error,
      error instanceof Cancelled ? 'untorn: interrupted; everything that was made is removed' : line,
    );
}
