import { closeSync, openSync, writeSync } from 'node:fs';

/** Kinds of files in an archive, as st_mode has them (inode(7)). */
const modes = { file: 0o100000, folder: 0o040000, character: 0o020000, link: 0o120000 } as const;

/**
 * Writes an archive that a kernel unpacks as its first root (Documentation/driver-api/early-userspace/buffer-format.rst,
 * "newc"). Parents are made as needed.
 */
export class CpioWriter {
  readonly #descriptor: number;
  readonly #folders = new Set(['']);
  #inode = 1;

  constructor(file: string) {
    this.#descriptor = openSync(file, 'w', 0o600);
  }

  /** A regular file; `name` begins at the root, without a slash in front. */
  file(name: string, bytes: Buffer, permissions = 0o644): void {
    this.#parents(name);
    this.#entry(name, modes.file | permissions, bytes);
  }

  link(name: string, target: string): void {
    this.#parents(name);
    this.#entry(name, modes.link | 0o777, Buffer.from(target));
  }

  /** A character device. */
  device(name: string, major: number, minor: number): void {
    this.#parents(name);
    this.#entry(name, modes.character | 0o600, Buffer.alloc(0), [major, minor]);
  }

  end(): void {
    this.#entry('TRAILER!!!', 0, Buffer.alloc(0));
    closeSync(this.#descriptor);
  }

  #parents(name: string): void {
    const parent = name.split('/').slice(0, -1).join('/');
    if (this.#folders.has(parent)) return;
    this.#parents(parent);
    this.#folders.add(parent);
    this.#entry(parent, modes.folder | 0o755, Buffer.alloc(0));
  }

  #entry(
    name: string,
    mode: number,
    bytes: Buffer,
    [major, minor]: readonly [number, number] = [0, 0],
  ): void {
    const nameBytes = Buffer.from(`${name}\0`);
    const fields = [this.#inode++, mode, 0, 0, 1, 0, bytes.length, 0, 0, major, minor, nameBytes.length, 0];
    const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
    this.#write(padded(Buffer.concat([head, nameBytes])));
    this.#write(padded(bytes));
  }

  #write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
  }
}

/** Each part ends at a multiple of four bytes. */
function padded(bytes: Buffer): Buffer {
  return bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
}
