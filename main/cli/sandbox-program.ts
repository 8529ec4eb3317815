import { Argument, type Command } from 'commander';
import { json, type Pick } from './flags.ts';

/** `untorn sandbox …`: the kernels and the emulator that sandboxes are made of (docs/sandbox.md). */
export function addSandbox(program: Command, pick: Pick): void {
  const sandbox = program
    .command('sandbox')
    .description('kernels to run plans on, in a guest, as an ordinary user (docs/sandbox.md)');
  sandbox
    .command('install')
    .description('fetches packages of Debian into your cache folder; no root, nothing else changes')
    .addArgument(
      new Argument('<what>', 'User Mode Linux, QEMU, or a kernel for QEMU').choices([
        'uml',
        'qemu',
        'kernel',
      ]),
    )
    .argument('[version]', 'of the kernel, such as 6.18; the newest where it is left out')
    .option('--mirror <url>', 'a mirror of Debian, in place of the one that apt is configured for')
    .addOption(json())
    .action((what: string, version: string | undefined, flags) =>
      pick(async (console, signal) =>
        (await import('./commands/sandbox.ts')).sandboxInstallCommand(what, version, flags, console, signal),
      ),
    );
  sandbox
    .command('list')
    .description('what is found: kernels, and the emulator')
    .addOption(json())
    .action((flags) =>
      pick(async (console) => (await import('./commands/sandbox.ts')).sandboxListCommand(flags, console)),
    );
}
