import type { FileHandle } from 'node:fs/promises';
import { signatures, type Signature } from './signatures.ts';

/** What a device of `sizeBytes` looks like at its beginning and end, or null where it looks like nothing. Throws the errors of reading. */
export async function signatureOn(
  device: Pick<FileHandle, 'read'>,
  sizeBytes: number,
): Promise<string | null> {
  for (const signature of signatures) {
    if (await isOn(device, sizeBytes, signature)) return signature.name;
  }
  return null;
}

/** Where a signature begins on a device of this size; negative where the device is too small for it. */
export function placesOf(signature: Signature, sizeBytes: number): number[] {
  if (signature.from === 'start') return [...signature.offsets];
  const end = sizeBytes - (sizeBytes % signature.alignBytes);
  return signature.offsets.map((offset) => end - offset);
}

/** The bytes of a magic number as the table writes it. */
export function bytesOf(magic: string): Buffer {
  return magic.startsWith('0x') ? Buffer.from(magic.slice(2), 'hex') : Buffer.from(magic, 'latin1');
}

async function isOn(
  device: Pick<FileHandle, 'read'>,
  sizeBytes: number,
  signature: Signature,
): Promise<boolean> {
  const magics = signature.magics.map(bytesOf);
  const longest = Math.max(...magics.map(({ length }) => length));
  const { everyBytes, count } = signature.repeat ?? { everyBytes: 1, count: 1 };
  const area = Buffer.alloc((count - 1) * everyBytes + longest);
  for (const place of placesOf(signature, sizeBytes)) {
    if (place < 0 || place >= sizeBytes) continue;
    const { bytesRead } = await device.read(area, 0, area.length, place);
    for (let at = 0; at < count * everyBytes; at += everyBytes) {
      if (magics.some((magic) => area.subarray(at, bytesRead).subarray(0, magic.length).equals(magic)))
        return true;
    }
  }
  return false;
}
