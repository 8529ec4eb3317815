import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

/**
 * The modules of one kernel: a folder such as `/lib/modules/RELEASE`, or the tree in which a kernel was built. Both have
 * a `modules.order` that names them all (Documentation/kbuild), unless a package leaves it out.
 */
export class ModuleFolder {
  readonly folder: string;
  readonly #files = new Map<string, string>();

  constructor(folder: string) {
    this.folder = folder;
    const named = linesOf(path.join(folder, 'modules.order'));
    for (const line of named.length > 0 ? named : modulesBelow(folder)) {
      const file = this.#existing(line.replace(/\.o$/, '.ko'));
      if (file !== null) this.#files.set(moduleName(file), file);
    }
  }

  /**
   * Files to load, in order, so that each of `names` is there; what is part of the kernel itself, or was not built at
   * all, is left out: the guest tells when something is missing.
   */
  filesFor(names: readonly string[]): string[] {
    const order = new Set<string>();
    const visit = (name: string): void => {
      const file = this.#files.get(name);
      if (file === undefined || order.has(file)) return;
      for (const needed of [...(softDependencies[name] ?? []), ...dependenciesOf(file)]) visit(needed);
      order.add(file);
    };
    for (const name of names) visit(name);
    return [...order];
  }

  #existing(line: string): string | null {
    const file = path.join(this.folder, line);
    return ['', '.xz', '.zst', '.gz'].map((end) => file + end).find((name) => existsSync(name)) ?? null;
  }
}

/** What a module asks the kernel for by name while it starts, which nobody would answer in a guest. */
const softDependencies: Readonly<Record<string, readonly string[]>> = {
  ext4: ['crc32c_generic', 'crc32c_intel', 'crc32c_cryptoapi'],
  xfs: ['crc32c_generic', 'crc32c_intel', 'crc32c_cryptoapi'],
};

/** `scsi_debug` of `…/scsi-debug.ko.xz`. */
export function moduleName(file: string): string {
  return path
    .basename(file)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/** The module's own `depends=` (section .modinfo). */
function dependenciesOf(file: string): string[] {
  const text = contentsOf(file).toString('latin1');
  const found = /\0depends=([^\0]*)\0/.exec(text)?.[1] ?? '';
  return found
    .split(',')
    .filter((name) => name !== '')
    .map((name) => name.replaceAll('-', '_'));
}

const unpackers: Readonly<Record<string, string>> = { '.xz': 'xz', '.zst': 'zstd', '.gz': 'gzip' };

/** A module's bytes, unpacked: not every kernel unpacks by itself. Throws where the program for it is missing. */
export function contentsOf(file: string): Buffer {
  const unpacker = unpackers[path.extname(file)];
  if (unpacker === undefined) return readFileSync(file);
  return execFileSync(unpacker, ['-dc', file], { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] });
}

function modulesBelow(folder: string): string[] {
  const installed = path.join(folder, 'kernel');
  if (!existsSync(installed)) return [];
  return readdirSync(installed, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ko(\.\w+)?$/.test(name))
    .map((name) => path.join('kernel', name).replace(/\.(xz|zst|gz)$/, ''));
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}
