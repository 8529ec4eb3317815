import os from 'node:os';
import path from 'node:path';

/** Where our own install command puts kernels and emulator (XDG base directory specification). */
export function sandboxFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  return path.join(cache, 'untorn', 'sandbox');
}

/** The parts of it: trees of unpacked packages; `kernels` holds one tree for each release. */
export const installed = {
  uml: () => path.join(sandboxFolder(), 'uml'),
  qemu: () => path.join(sandboxFolder(), 'qemu'),
  kernels: () => path.join(sandboxFolder(), 'kernels'),
} as const;

/** Debian's folder of libraries on this kind of machine. */
export const libraryFolder = 'usr/lib/x86_64-linux-gnu';
/** Name of the copy of a program that uses the loader beside it ({@link import('./loader.ts').useLoader}). */
export const ownLoaderSuffix = '.untorn';
