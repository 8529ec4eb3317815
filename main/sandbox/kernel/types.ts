/** A kernel that a guest can run. */
export interface SandboxKernel {
  readonly machine: 'uml' | 'qemu';
  /** A User Mode Linux program, or a bzImage. */
  readonly path: string;
  /** As uname(2) will give it. */
  readonly release: string;
  /** Folder with its modules; null where none was found. */
  readonly modules: string | null;
  /** Folder of libraries that the program needs beside the host's own; null where the host's do. */
  readonly libraries: string | null;
}

/** An emulator. */
export interface Emulator {
  readonly path: string;
  readonly libraries: string | null;
  /** Its firmware; null where it knows by itself. */
  readonly share: string | null;
  readonly version: { readonly major: number; readonly minor: number };
}
