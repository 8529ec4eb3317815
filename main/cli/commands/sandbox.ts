import { findEmulator, findKernels, installSandbox, type Installable } from '../../sandbox/index.ts';
import { InputError } from '../../failure.ts';
import type { Console } from '../console.ts';
import { exitCodes, type ExitCode } from '../exit.ts';

export interface InstallFlags {
  readonly mirror?: string;
  readonly json?: boolean;
}

/** `untorn sandbox install WHAT [VERSION] [--mirror URL] [--json]` */
export async function sandboxInstallCommand(
  what: string,
  version: string | undefined,
  { mirror, json }: InstallFlags,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (version !== undefined && what !== 'kernel')
    throw new InputError(`${what}: only a kernel has a version here`, what);
  const options = { onProgress: console.onProgress, signal, ...(mirror === undefined ? {} : { mirror }) };
  const folder = await installSandbox(what as Installable, version ?? null, options);
  console.endProgress();
  if (json) console.printJson({ installed: what, folder });
  else console.print(`installed in ${folder}`);
  return exitCodes.done;
}

/** `untorn sandbox list [--json]` */
export function sandboxListCommand(
  { json }: { readonly json?: boolean },
  console: Console,
): Promise<ExitCode> {
  const kernels = findKernels();
  const emulator = findEmulator();
  if (json) {
    console.printJson({ kernels, emulator });
    return Promise.resolve(exitCodes.done);
  }
  for (const { machine, release, path, modules } of kernels) {
    const name = machine === 'uml' ? 'User Mode Linux' : 'for QEMU';
    console.print(
      `${release.padEnd(30)} ${name.padEnd(16)} ${path}${modules === null ? ' (no modules: NVMe only)' : ''}`,
    );
  }
  if (emulator)
    console.print(`QEMU ${emulator.version.major}.${emulator.version.minor}`.padEnd(48) + emulator.path);
  if (!kernels.some(({ machine }) => machine === 'uml'))
    console.say('no User Mode Linux: untorn sandbox install uml');
  if (!emulator) console.say('no QEMU: untorn sandbox install qemu');
  return Promise.resolve(exitCodes.done);
}
