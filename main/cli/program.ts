import { Command, InvalidArgumentError, Option } from 'commander';
import { exportFormats } from '../../core/record/formats.ts';
import { json, sizeOrZero, wholeNumber, type Act, type Pick } from './flags.ts';
import { kernelOption, modulesOption } from './kernel-options.ts';
import { addSandbox } from './sandbox-program.ts';
import { addTorn } from './torn-program.ts';

/** A command line that was understood: which act it asks for. */
export interface Understood {
  readonly act: Act;
  /** Whether leftovers of killed runs are looked for first. */
  readonly looksForLeftovers: boolean;
}

/**
 * The command line of docs/plan-format.md. `choose` gets the one act that the arguments ask for. Modules of a command are loaded
 * when it is asked for, so that `--help` needs none.
 */
export function buildProgram(version: string, choose: (understood: Understood) => void): Command {
  const program = new Command('untorn')
    .description(
      'A laboratory for untorn (atomic) writes on Linux: predict a layout, do it for real, compare',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError(false)
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: () => undefined });
  const pick = (act: Act, looksForLeftovers = true) => choose({ act, looksForLeftovers });
  addReading(program, pick);
  addProfiles(program, pick);
  addSnapshots(program, pick);
  addRunning(program, pick);
  addTorn(program, pick);
  addSandbox(program, pick);
  addHistory(program, pick);
  return program;
}

/** Commands that change nothing. */
function addReading(program: Command, pick: Pick): void {
  program
    .command('probe')
    .description(
      'what PATH (file, directory, block device, image) can do atomically, layer by layer, and why',
    )
    .argument('<path>')
    .option('--statx', "statx's raw fields and nothing else")
    .option('-o, --offset <size>', 'with --length: would a write there be kept whole? (0)', sizeOrZero)
    .option('-l, --length <size>', 'how long that write would be', sizeOrZero)
    .addOption(json())
    .action((path: string, flags) =>
      pick(async (console) => (await import('./commands/probe.ts')).probeCommand(path, flags, console)),
    );
  program
    .command('predict')
    .description('predicts what a plan does; needs no root')
    .argument('<plan...>', 'a plan file (docs/plan-format.md); with --versus several, or folders of them')
    .option('--allocator <name>', "in place of the plan's: auto, linux-6.18, rfc-2023-11 …")
    .option('--versus <name>', 'a second allocator: both side by side, unit by unit')
    .option(
      '--unit <size>',
      "with --versus: the unit to judge by, as 16KiB; else each write's own length",
      sizeOrZero,
    )
    .option(
      '--image <file>',
      "an unmounted image, or a snapshot, in place of the plan's target; it is only read",
    )
    .option('--explain', "each of the allocator's decisions too, and why it was made")
    .addOption(kernelOption())
    .addOption(modulesOption())
    .addOption(json())
    .action((plans: [string, ...string[]], flags) => {
      if (flags.versus === undefined) {
        if (plans.length > 1)
          throw new InvalidArgumentError('too many arguments: several plans need --versus');
        if (flags.unit !== undefined) throw new InvalidArgumentError('--unit is for --versus');
      }
      pick(async (console, signal) =>
        flags.versus === undefined
          ? (await import('./commands/predict.ts')).predictCommand(plans[0], flags, console, signal)
          : (await import('./commands/versus.ts')).versusCommand(plans, flags, console, signal),
      );
    });
}

/** What is modelled. */
function addProfiles(program: Command, pick: Pick): void {
  program
    .command('profiles')
    .description('the kernel lines that are modelled, their behaviours, and what they were verified on')
    .argument('[name]', 'only this one, with all of its behaviours')
    .addOption(json())
    .action((name: string | undefined, flags) =>
      pick(
        async (console) => (await import('./commands/profiles.ts')).profilesCommand(name, flags, console),
        false,
      ),
    );
}

/** Runs that were kept. */
function addHistory(program: Command, pick: Pick): void {
  const runs = program.command('runs').description('the history of runs (run --save, and those of the app)');
  const load = () => import('./commands/runs.ts');
  runs
    .command('list')
    .description('newest first; only those that have all of the words')
    .argument('[words...]')
    .addOption(json())
    .action((words: string[], flags) =>
      pick(async (console) => (await load()).listRunsCommand(words, flags, console), false),
    );
  runs
    .command('export')
    .description('a run as a page, JSON, JUnit or CSV')
    .argument('<id>')
    .addOption(new Option('--format <format>', 'of the export').choices(exportFormats).default('html'))
    .option('-o, --output <file>', 'the file; standard output where it is left out')
    .action((id: string, flags) =>
      pick(async (console) => (await load()).exportRunCommand(id, flags, console), false),
    );
  runs
    .command('import')
    .description('takes in a run that was exported as JSON')
    .argument('<file>')
    .addOption(json())
    .action((file: string, flags) =>
      pick(async (console) => (await load()).importRunCommand(file, flags, console), false),
    );
  runs
    .command('compare')
    .description('what the kernel did in two runs: every step and every extent')
    .argument('<one>')
    .argument('<other>')
    .addOption(json())
    .action((one: string, other: string, flags) =>
      pick(async (console) => (await load()).compareRunsCommand(one, other, flags, console), false),
    );
  runs
    .command('remove')
    .description('forgets runs')
    .argument('<ids...>')
    .action((ids: string[]) => pick(async () => (await load()).removeRunsCommand(ids), false));
}

/** Reports of a layout without data and names. */
function addSnapshots(program: Command, pick: Pick): void {
  program
    .command('snapshot')
    .description('free space of a filesystem as a small file, for predict --image (docs/snapshot.md)')
    .command('export')
    .description('writes what decides where new files go on PATH (image, device, mounted directory)')
    .argument('<path>')
    .requiredOption('-o, --output <file>', 'the snapshot')
    .addOption(json())
    .action((path: string, flags) =>
      pick(async (console) =>
        (await import('./commands/snapshot.ts')).snapshotExportCommand(path, flags, console),
      ),
    );
}

/** Commands that do something for real. */
function addRunning(program: Command, pick: Pick): void {
  program
    .command('run')
    .description('predicts a plan, runs it for real (root, or a sandbox), compares')
    .argument('<plan>', 'a plan file (docs/plan-format.md)')
    .addOption(kernelOption())
    .addOption(modulesOption())
    .addOption(destroy())
    .option('--save', 'keeps the run in the history (untorn runs)')
    .option('--trace', "records the kernel's own decisions too, and lays them beside the predicted ones")
    .addOption(json())
    .action((plan: string, flags) =>
      pick(async (console, signal) =>
        (await import('./commands/run.ts')).runCommand(plan, flags, console, signal),
      ),
    );
  program
    .command('write')
    .description('one real write on an existing file or device of yours: its bytes there are lost')
    .argument('<path>')
    .requiredOption('-o, --offset <size>', 'where, in bytes or as 16KiB', sizeOrZero)
    .requiredOption('-l, --length <size>', 'how much, in bytes or as 16KiB', sizeOrZero)
    .option('--atomic', 'with RWF_ATOMIC')
    .option('--direct', 'with O_DIRECT')
    .addOption(
      new Option('--sync <how>', 'RWF_DSYNC or RWF_SYNC').choices(['none', 'dsync', 'sync']).default('none'),
    )
    .option('--vectors <number>', 'from so many buffers of equal length', vectorCount, 1)
    .addOption(destroy())
    .addOption(json())
    .action((path: string, flags) =>
      pick(async (console) => (await import('./commands/write.ts')).writeCommand(path, flags, console)),
    );
  program
    .command('serve')
    .description("the desktop app's interface for a browser on this machine")
    .option('--port <number>', 'a port of 127.0.0.1; a free one where it is left out', port)
    .option('--allow-destructive', 'accept plans that write on a device of yours')
    .addOption(json())
    .action((flags) =>
      pick(async (console, signal) =>
        (await import('./commands/serve.ts')).serveCommand(flags, console, signal),
      ),
    );
  program
    .command('clean')
    .description('removes what killed runs have left behind')
    .addOption(json())
    .action((flags) =>
      pick(async (console) => (await import('./commands/clean.ts')).cleanCommand(flags, console), false),
    );
}

function destroy(): Option {
  return new Option('--destroy <id>', 'serial number or WWN of the device whose contents may be lost');
}

function vectorCount(text: string): number {
  return wholeNumber(text, 1, 1024);
}

function port(text: string): number {
  return wholeNumber(text, 0, 65535);
}
