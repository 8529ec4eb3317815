import path from 'node:path';
import { userFolder } from '../../state/index.ts';

/** Where our own install command puts kernels and emulator (XDG base directory specification). */
export function sandboxFolder(): string {
  return path.join(userFolder('XDG_CACHE_HOME', '.cache'), 'untorn', 'sandbox');
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
