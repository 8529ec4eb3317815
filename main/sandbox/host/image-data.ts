import { open, type FileHandle } from 'node:fs/promises';
import { dataRanges } from '../../native/index.ts';

/** Offset and length of a range, in bytes. */
export type Range = readonly [offset: number, length: number];

/** Ranges are whole pieces of this size: small enough to leave out what mkfs has only zeroed. */
const pieceBytes = 4096;
const readBytes = 2 ** 20;

/**
 * What of an image is not zero, ascending. Hands each part of it to `take`, where that is given.
 */
export async function nonZeroRanges(image: string, take?: (bytes: Buffer) => void): Promise<Range[]> {
  const file = await open(image, 'r');
  try {
    const found: [number, number][] = [];
    for (const [offset, length] of await dataRanges(file.fd)) {
      for (let at = offset; at < offset + length; at += readBytes) {
        const bytes = await readPart(file, at, Math.min(readBytes, offset + length - at));
        collect(found, at, bytes, take);
      }
    }
    return found;
  } finally {
    await file.close();
  }
}

async function readPart(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

const zeros = Buffer.alloc(pieceBytes);

function collect(found: [number, number][], at: number, bytes: Buffer, take?: (bytes: Buffer) => void): void {
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    const piece = bytes.subarray(from, from + pieceBytes);
    if (piece.equals(zeros.subarray(0, piece.length))) continue;
    const last = found.at(-1);
    if (last && last[0] + last[1] === at + from) last[1] += piece.length;
    else found.push([at + from, piece.length]);
    take?.(piece);
  }
}
