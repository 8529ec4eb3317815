import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** ELF-64, little endian (elf(5)): where the program headers are told, and the fields of one. */
const header = { tableAt: 32, entryBytesAt: 54, entriesAt: 56 } as const;
const entry = { offsetAt: 8, fileBytesAt: 32, memoryBytesAt: 40 } as const;
const interpreterType = 3;

/**
 * Writes a copy of a program that is started through another loader: the kernel reads its name from the file alone, so
 * that it can stand at the end. Running the loader with the program as its argument is no way for User Mode Linux,
 * which then finds its own memory in the wrong place.
 */
export function useLoader(program: string, loader: string, copy: string): void {
  const bytes = readFileSync(program);
  const name = Buffer.from(`${loader}\0`);
  const tableAt = Number(bytes.readBigUInt64LE(header.tableAt));
  const entryBytes = bytes.readUInt16LE(header.entryBytesAt);
  for (let index = 0; index < bytes.readUInt16LE(header.entriesAt); index++) {
    const at = tableAt + index * entryBytes;
    if (bytes.readUInt32LE(at) !== interpreterType) continue;
    bytes.writeBigUInt64LE(BigInt(bytes.length), at + entry.offsetAt);
    bytes.writeBigUInt64LE(BigInt(name.length), at + entry.fileBytesAt);
    bytes.writeBigUInt64LE(BigInt(name.length), at + entry.memoryBytesAt);
  }
  writeFileSync(`${copy}.new`, Buffer.concat([bytes, name]), { mode: 0o755 });
  renameSync(`${copy}.new`, copy);
}
