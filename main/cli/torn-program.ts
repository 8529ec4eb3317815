import { Option, type Command } from 'commander';
import { kernelOption } from './kernel-options.ts';
import { atLeastOne, count, json, junit, save, seed, size, sync, type Pick } from './flags.ts';
import { addStorms } from './torn-storms.ts';

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
    .addOption(junit())
    .addOption(save())
    .addOption(json())
    .action((plan: string, flags) =>
      pick(async (console, signal) =>
        (await import('./commands/torn-crash.ts')).tornCrashCommand(plan, flags, console, signal),
      ),
    );
  addRehearsal(torn, pick);
}

function addRehearsal(torn: Command, pick: Pick): void {
  torn
    .command('rehearse')
    .description(
      'power cuts without hardware: kills a guest that writes to an emulated NVMe drive, and verifies every unit',
    )
    .addOption(kernelOption())
    .addOption(
      new Option('--on <what>', 'the bare drive, or a file on a filesystem of it (device)').choices([
        'device',
        'ext4',
        'xfs',
      ]),
    )
    .option('--times <number>', 'how often the power is cut (20)', atLeastOne)
    .option('--unit <size>', 'length of units, which the drive claims to write whole (16KiB)', size)
    .option('--drive-unit <size>', 'what the drive really keeps whole', size)
    .option('--lying', 'the drive answers flushes, and FUA, without doing anything')
    .option('--plain', 'without RWF_ATOMIC')
    .addOption(sync())
    .addOption(seed())
    .addOption(junit())
    .addOption(save())
    .addOption(json())
    .action((flags) =>
      pick(async (console, signal) =>
        (await import('./commands/torn/rehearse.ts')).rehearseCommand(flags, console, signal),
      ),
    );
}
