import type { ByteSource } from '../source.ts';
import { NotModelled } from '../../errno.ts';

/** A piece of the filesystem's bytes. */
export interface Piece {
  readonly offsetBytes: number;
  readonly bytes: Uint8Array;
}

/** What of a filesystem decides where new files go, and nothing else of it. */
export interface Snapshot {
  /** Size of the device. */
  readonly sizeBytes: number;
  /** Ascending and apart. */
  readonly pieces: readonly Piece[];
  /** Names of the root directory that were replaced. */
  readonly hiddenNames: readonly HiddenName[];
}

export interface HiddenName {
  /** What stands for the name, of the same length. */
  readonly replacement: Uint8Array;
  /** The name's hash in the root's index, or in the index that the root would get. */
  readonly hash: number;
}

/** One character for each byte. */
export function keyOfBytes(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** The bytes that a snapshot holds; reading any others throws NotModelled, which says so. */
export function snapshotSource({ sizeBytes, pieces, hiddenNames }: Snapshot): ByteSource {
  return {
    sizeBytes,
    nameHashes: new Map(hiddenNames.map(({ replacement, hash }) => [keyOfBytes(replacement), hash])),
    read: (offsetBytes, lengthBytes) => read(pieces, offsetBytes, lengthBytes),
  };
}

function read(pieces: readonly Piece[], offsetBytes: number, lengthBytes: number): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (let done = 0; done < lengthBytes;) {
    const at = offsetBytes + done;
    const piece = pieceAt(pieces, at);
    if (piece === null)
      throw new NotModelled(
        `the snapshot does not hold byte ${at} of the filesystem: it has no files and no directories but the root`,
      );
    const part = piece.bytes.subarray(at - piece.offsetBytes, at - piece.offsetBytes + lengthBytes - done);
    bytes.set(part, done);
    done += part.length;
  }
  return bytes;
}

function pieceAt(pieces: readonly Piece[], offsetBytes: number): Piece | null {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (pieces[middle].offsetBytes <= offsetBytes) low = middle + 1;
    else high = middle;
  }
  const piece = low === 0 ? null : pieces[low - 1];
  return piece && offsetBytes < piece.offsetBytes + piece.bytes.length ? piece : null;
}
