import * as v from 'valibot';
import { wholeSchema } from '../../schemas.ts';
import { decodeUtf8, encodeUtf8 } from '../utf8.ts';
import type { Piece, Snapshot } from './snapshot.ts';

/** The bytes are no snapshot, or one of a version that is not known; `message` says what is wrong. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

const headerSchema = v.strictObject({
  version: v.literal(1),
  sizeBytes: wholeSchema,
  /** First byte and length of each piece; the pieces follow the header in this order. */
  pieces: v.array(v.tuple([wholeSchema, v.pipe(wholeSchema, v.minValue(1))])),
  /** Replacement in hexadecimal digits, and the hash. */
  names: v.array(
    v.tuple([
      v.pipe(v.string(), v.regex(/^([89ab][0-9a-f]){1,255}$/)),
      v.pipe(wholeSchema, v.maxValue(2 ** 32 - 1)),
    ]),
  ),
});

const lengthBytes = 4;

/** The snapshot as bytes: the header's length (32 bits, low byte first), the header as JSON, the pieces. */
export function encodeSnapshot({ sizeBytes, pieces, hiddenNames }: Snapshot): Uint8Array {
  const header = encodeUtf8(
    JSON.stringify({
      version: 1,
      sizeBytes,
      pieces: pieces.map(({ offsetBytes, bytes }) => [offsetBytes, bytes.length]),
      names: hiddenNames.map(({ replacement, hash }) => [hexOf(replacement), hash]),
    }),
  );
  const total = pieces.reduce((sum, { bytes }) => sum + bytes.length, lengthBytes + header.length);
  const encoded = new Uint8Array(total);
  new DataView(encoded.buffer).setUint32(0, header.length, true);
  encoded.set(header, lengthBytes);
  let at = lengthBytes + header.length;
  for (const { bytes } of pieces) {
    encoded.set(bytes, at);
    at += bytes.length;
  }
  return encoded;
}

/** Reads what {@link encodeSnapshot} made. Throws SnapshotError. */
export function decodeSnapshot(encoded: Uint8Array): Snapshot {
  if (encoded.length < lengthBytes) throw new SnapshotError('the snapshot ends before its header');
  const length = new DataView(encoded.buffer, encoded.byteOffset).getUint32(0, true);
  if (lengthBytes + length > encoded.length) throw new SnapshotError('the snapshot ends within its header');
  const header = parseHeader(encoded.subarray(lengthBytes, lengthBytes + length));
  let at = lengthBytes + length;
  let previousEnd = 0;
  const pieces = header.pieces.map(([offsetBytes, size]): Piece => {
    if (offsetBytes < previousEnd || offsetBytes + size > header.sizeBytes)
      throw new SnapshotError(`its piece at byte ${offsetBytes} is out of place`);
    if (at + size > encoded.length) throw new SnapshotError('the snapshot ends within its pieces');
    previousEnd = offsetBytes + size;
    at += size;
    return { offsetBytes, bytes: encoded.slice(at - size, at) };
  });
  if (at !== encoded.length) throw new SnapshotError('bytes follow the last piece');
  const hiddenNames = header.names.map(([hex, hash]) => ({ replacement: bytesOf(hex), hash }));
  return { sizeBytes: header.sizeBytes, pieces, hiddenNames };
}

function parseHeader(bytes: Uint8Array) {
  let json: unknown;
  try {
    json = JSON.parse(decodeUtf8(bytes));
  } catch {
    throw new SnapshotError('its header is no JSON');
  }
  const parsed = v.safeParse(headerSchema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new SnapshotError(`its header is wrong at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`);
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
