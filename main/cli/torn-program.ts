import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Console } from './console.ts';
import type { ExitCode } from './exit.ts';
import { addStorms } from './torn-storms.ts';

type Pick = (act: (console: Console, signal: AbortSignal) => Promise<ExitCode>) => void;

/** `untorn torn …`: whether writes really tear. */
export function addTorn(program: Command, pick: Pick): void {
  const torn = program
    .command('torn')
    .description('writes stamped units, lets something crash, looks for tears');
  addStorms(torn, pick);
  torn
    .command('crash')
    .description('records a plan below its filesystem and checks every crash state (docs/crash-states.md)')
    .argument('<plan>', 'a crash plan')
    .option(
      '--states <number>',
      'so many states that differ in content, in place of the plan’s number',
      atLeastOne,
    )
    .option('--seed <number>', 'in place of the plan’s', count)
    .option('--cross-check <number>', 'so many states are mounted as well, to compare (20)', count)
    .option('--keep <folder>', 'keeps the recording in a new folder')
    .option('--recording <folder>', 'checks a recording that was kept, or another’s (files base and log)')
    .option('--state <name>', 'only this state, as an earlier check of the same recording called it')
    .option('--junit <file>', 'the result as JUnit too')
    .option('--save', 'keeps the result in the history (untorn runs)')
    .addOption(new Option('--json', 'one JSON object on standard output, nothing else there'))
    .action((plan: string, flags) =>
      pick(async (console, signal) =>
        (await import('./commands/torn-crash.ts')).tornCrashCommand(plan, flags, console, signal),
      ),
    );
}

function atLeastOne(text: string): number {
  if (count(text) > 0) return count(text);
  throw new InvalidArgumentError('It must be at least 1.');
}

function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 2 ** 32 - 1)
    throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
  return value;
}
