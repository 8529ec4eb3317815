import { closeSync, openSync, readSync } from 'node:fs';

/** What kind of program a kernel file is, as far as its first bytes tell. */
export type KernelFormat = 'uml' | 'bzimage' | 'other';

const elfMagic = '\x7fELF';
/** The boot protocol of x86 (Documentation/arch/x86/boot.rst): the magic, and where the version's text lies. */
const headerMagicAt = 0x202;
const headerMagic = 'HdrS';
const versionPointerAt = 0x20e;
const versionPointerBase = 0x200;
const headBytes = 0x8000;

/** Reads what a kernel file is, and the release of a bzImage; throws what reading the file throws. */
export function readKernelFile(file: string): { format: KernelFormat; release: string | null } {
  const head = readHead(file);
  if (head.toString('latin1', 0, 4) === elfMagic) return { format: 'uml', release: null };
  if (head.toString('latin1', headerMagicAt, headerMagicAt + 4) !== headerMagic)
    return { format: 'other', release: null };
  const at = head.readUInt16LE(versionPointerAt) + versionPointerBase;
  const [release = ''] = head.toString('latin1', at, at + 256).split(/[\0 ]/, 1);
  return { format: 'bzimage', release: release === '' ? null : release };
}

function readHead(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(headBytes);
    readSync(descriptor, head, 0, headBytes, 0);
    return head;
  } finally {
    closeSync(descriptor);
  }
}
