import { closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import type { ByteSource } from '../../core/ext4/index.ts';
import {
  decodeSnapshot,
  encodeSnapshot,
  SnapshotError,
  snapshotSource,
  type Snapshot,
} from '../../core/ext4/snapshot/index.ts';
import { InputError, Unable } from '../failure.ts';

const magic = Buffer.from('untorn-snapshot\n');
/** Bitmaps of 64 TiB; more is no snapshot. */
const bytesMost = 2 ** 32;

/** Writes a snapshot; returns its size in bytes. Throws Unable where the file cannot be written. */
export function writeSnapshot(path: string, snapshot: Snapshot): number {
  const bytes = Buffer.concat([magic, deflateSync(encodeSnapshot(snapshot), { level: 9 })]);
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new Unable(`${path}: ${error instanceof Error ? error.message : String(error)}`, path);
  }
  return bytes.length;
}

/** What a snapshot file holds, as bytes of a filesystem; null where the file is something else. Throws InputError. */
export function openSnapshot(path: string): ByteSource | null {
  if (!beginsWithMagic(path)) return null;
  try {
    const packed = readFileSync(path).subarray(magic.length);
    return snapshotSource(decodeSnapshot(inflateSync(packed, { maxOutputLength: bytesMost })));
  } catch (error) {
    const isOurs = error instanceof SnapshotError || (error instanceof Error && 'code' in error);
    if (!isOurs) throw error;
    throw new InputError(`${path}: a damaged snapshot: ${error.message}`, path);
  }
}

function beginsWithMagic(path: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    const start = Buffer.alloc(magic.length);
    return readSync(descriptor, start, 0, start.length, 0) === start.length && start.equals(magic);
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
}
