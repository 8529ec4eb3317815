#!/usr/bin/env node
import { understand } from './command-line.ts';
import { processConsole, type Console } from './console.ts';
import { endingOf, exitCodes } from './exit.ts';
import { reportLeftovers } from './leftovers.ts';
import { watchSignals, type Interruption } from './signals.ts';
import { projectVersion } from '../service/project.ts';

/** Runs the command line; returns the exit code. */
async function main(args: readonly string[], console: Console, interruption: Interruption): Promise<number> {
  const understood = understand(args, projectVersion());
  if (!understood) return exitCodes.done;
  if (understood.looksForLeftovers) await reportLeftovers(console);
  const code = await understood.act(console, interruption.signal);
  return interruption.exitCode() ?? code;
}

const console = processConsole();
const interruption = watchSignals();
// A reader that goes away (untorn … | head) is no defect: there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));

try {
  process.exitCode = await main(process.argv.slice(2), console, interruption);
} catch (error) {
  console.endProgress();
  const ending = endingOf(error);
  process.exitCode = interruption.exitCode() ?? ending.code;
  console.say(
    interruption.exitCode() === null
      ? ending.line
      : 'untorn: interrupted; everything that was made is removed',
  );
  if (process.env['UNTORN_DEBUG'] === '1')
    console.say(error instanceof Error ? (error.stack ?? '') : String(error));
}
