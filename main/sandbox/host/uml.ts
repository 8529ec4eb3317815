import { statfsSync } from 'node:fs';
import path from 'node:path';
import { Unable } from '../../failure.ts';
import type { SandboxKernel } from '../kernel/types.ts';
import { ModuleFolder } from '../kernel/modules.ts';
import { strict, tied, wantedModules, type MachineCommand } from './machine.ts';
import { guestProgram, initProgram, type Runtime } from './runtime.ts';

const MiB = 2 ** 20;
/** Where User Mode Linux puts the guest's memory if it can (arch/um/os-Linux/mem.c). */
const memoryFolder = '/dev/shm';

/**
 * User Mode Linux: the guest sees the host's tree, with the rights of whoever starts it, and read-only. Throws Unable where its memory
 * has no room.
 */
export function umlMachine(
  kernel: SandboxKernel,
  runtime: Runtime,
  memoryBytes: number,
  folder: string,
): MachineCommand {
  requireRoom(memoryBytes);
  const modules = kernel.modules === null ? null : new ModuleFolder(kernel.modules);
  const words = [
    `mem=${Math.ceil(memoryBytes / MiB)}M`,
    ...strict,
    ...['root=none', 'rootfstype=hostfs', 'rootflags=/', 'ro'],
    ...['con=null', 'con0=null,fd:1', 'con1=fd:3', 'ssl=null', `uml_dir=${folder}/`],
    `init=${oneWord(path.join(runtime.project, initProgram))}`,
    ...['--', oneWord(runtime.node), oneWord(path.join(runtime.project, guestProgram)), '/dev/tty1'],
  ];
  const wanted = modules?.filesFor(wantedModules) ?? [];
  const withScsi = modules?.filesFor([...wantedModules, 'scsi_debug']) ?? [];
  const needed = withScsi.filter((file) => !wanted.includes(file));
  return {
    command: tied(kernel.libraries, [kernel.path, ...words]),
    modules: [...wanted, ...needed.slice(0, -1)],
    scsiModule: needed.at(-1) ?? null,
    seesHost: true,
  };
}

/** A path on the kernel's command line, which is split at spaces outside of quotes (lib/cmdline.c, next_arg()). Throws Unable. */
function oneWord(file: string): string {
  if (file.includes('"')) throw new Unable(`${file}: a sandbox's kernel cannot be told a path with "`, file);
  return /\s/.test(file) ? `"${file}"` : file;
}

function requireRoom(memoryBytes: number): void {
  const { bavail, bsize } = statfsSync(memoryFolder);
  if (bavail * bsize >= memoryBytes) return;
  throw new Unable(
    `${memoryFolder}: the guest's memory takes ${Math.ceil(memoryBytes / MiB)} MiB there, and ${Math.floor((bavail * bsize) / MiB)} are free`,
    memoryFolder,
  );
}
