import { Option, type Command } from 'commander';
import { kernelOption, modulesOption } from './kernel-options.ts';
import {
  atLeastOne,
  atomic,
  block,
  buffered,
  count,
  destroy,
  json,
  junit,
  save,
  seconds,
  seed,
  size,
  sync,
  units,
  writers,
  type Pick,
} from './flags.ts';

/** `untorn torn storm`, `shutdown`, `verify`, `arm` and `witness` (docs/torn.md). */
export function addStorms(torn: Command, pick: Pick): void {
  addStorm(torn, pick);
  addShutdown(torn, pick);
  addVerify(torn, pick);
  addWitness(torn, pick);
}

function addStorm(torn: Command, pick: Pick): void {
  const command = torn
    .command('storm')
    .description(
      'writes stamped units on TARGET (file or device: what is there is lost), then checks every one',
    )
    .argument('<target>')
    .option('--size <size>', 'how much of it to use; needed where the file is new', size)
    .option('--writes <number>', 'ends after so many writes', count)
    .option('--seconds <number>', 'ends after so long (10 where --writes is left out)', seconds)
    .option('--readers <number>', 'threads that check units meanwhile (1)', count)
    .option('--sandbox <plan>', 'in the sandbox of this plan, TARGET being the name of a file on its drive');
  addShared(command)
    .addOption(kernelOption())
    .addOption(modulesOption())
    .addOption(destroy())
    .action((target: string, flags) =>
      pick(async (console, signal) =>
        (await import('./commands/torn/storm.ts')).stormCommand(target, flags, console, signal),
      ),
    );
}

function addShutdown(torn: Command, pick: Pick): void {
  const command = torn
    .command('shutdown')
    .description('storms on a filesystem of the lab’s own that is shut down at a random moment (root)')
    .addOption(new Option('--fs <type>', 'the filesystem').choices(['ext4', 'xfs']).makeOptionMandatory())
    .option('--rounds <number>', 'how often (20)', atLeastOne)
    .option('--size <size>', 'length of the file (4MiB)', size)
    .addOption(
      new Option('--start <how>', 'what the file is like before: units, preallocated space, nothing').choices(
        ['written', 'unwritten', 'hole'],
      ),
    );
  addShared(command).action((flags) =>
    pick(async (console, signal) =>
      (await import('./commands/torn/shutdown.ts')).shutdownCommand(flags, console, signal),
    ),
  );
}

function addVerify(torn: Command, pick: Pick): void {
  torn
    .command('verify')
    .description('checks every unit of a run that was killed or cut off; only reads')
    .argument('[target]', 'where the target is found now, if elsewhere')
    .option('--record <folder>', 'the record of a storm')
    .option('--witness <address>', 'HOST:PORT of the witness; with --key and --run')
    .option('--witness-file <file>', 'the file of the witness itself')
    .option('--run <digits>', 'the run, as arm printed it')
    .option('--key <file>', 'the key that is shared with the witness')
    .addOption(junit())
    .addOption(save())
    .addOption(json())
    .action((target: string | undefined, flags) =>
      pick(async (console, signal) =>
        (await import('./commands/torn/verify.ts')).verifyCommand(target, flags, console, signal),
      ),
    );
}

/** Power cuts: a second machine keeps what the first one was promised. */
function addWitness(torn: Command, pick: Pick): void {
  torn
    .command('witness')
    .description('on a second machine: keeps which writes were acknowledged, before the writer goes on')
    .requiredOption('--listen <address>', 'HOST:PORT; port 0 takes a free one')
    .requiredOption('--key <file>', 'the key that is shared with the writer')
    .requiredOption('--folder <folder>', 'where the runs are kept')
    .addOption(json())
    .action((flags) =>
      pick(async (console, signal) =>
        (await import('./commands/torn/witness.ts')).witnessCommand(flags, console, signal),
      ),
    );
  torn
    .command('arm')
    .description('writes stamped units on TARGET (what is there is lost) until the power is cut')
    .argument('<target>')
    .requiredOption('--witness <address>', 'HOST:PORT of the witness')
    .requiredOption('--key <file>', 'the key that is shared with the witness')
    .option('--size <size>', 'how much of the target to use; needed where the file is new', size)
    .option('--writes <number>', 'ends after so many writes', count)
    .option('--seconds <number>', 'ends after so long', seconds)
    .addOption(units())
    .addOption(block())
    .addOption(writers())
    .addOption(atomic())
    .addOption(buffered())
    .addOption(sync())
    .addOption(seed())
    .addOption(destroy())
    .addOption(json())
    .action((target: string, flags) =>
      pick(async (console, signal) =>
        (await import('./commands/torn/witness.ts')).armCommand(target, flags, console, signal),
      ),
    );
}

/** What storms are made of, wherever they blow. */
function addShared(command: Command): Command {
  return command
    .addOption(units())
    .addOption(block())
    .addOption(writers())
    .option('--depth <number>', 'writes in flight per writer (1)', atLeastOne)
    .addOption(
      new Option('--engine <name>', 'pwritev2 in threads, or io_uring').choices(['threads', 'io_uring']),
    )
    .option('--overlapping', 'writers share units, in place of units of their own')
    .addOption(atomic())
    .addOption(buffered())
    .addOption(sync('none'))
    .option('--rate <number>', 'at most so many writes a second', atLeastOne)
    .addOption(seed())
    .option('--record <folder>', 'a new folder for the record of the run')
    .option('--events', 'what happens meanwhile, as lines of JSON on standard error')
    .addOption(junit())
    .addOption(save())
    .addOption(json());
}
